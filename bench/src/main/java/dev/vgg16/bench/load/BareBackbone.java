package dev.vgg16.bench.load;

import dev.vgg16.bench.process.CpuTime;
import dev.vgg16.bench.stats.Latencies;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.inference.onnx.RowBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * The backbone and nothing else: each session runs batches of one size, one after another, on a
 * thread of its own. No decoding, no network, no heads.
 */
public final class BareBackbone implements AutoCloseable {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MILLIS_PER_SECOND = 1e3;

  private final Backbone backbone;
  private final int maxBatch;
  private final List<Caller> callers = new ArrayList<>();

  /**
   * What a round saw.
   *
   * @param cpuMillis processor time an image
   * @param runMillis the median time of one run
   */
  public record Round(double imagesPerSecond, double cpuMillis, double runMillis) {}

  /**
   * @param backbone closed with this
   * @param maxBatch the most images in a run
   */
  public BareBackbone(Backbone backbone, int maxBatch) {
    this.backbone = backbone;
    this.maxBatch = maxBatch;
    for (int instance = 0; instance < backbone.instances(); instance++) {
      callers.add(new Caller(instance));
    }
  }

  /** Runs all sessions for a while, with the largest batches. */
  public Round run(Duration length) throws Exception {
    return run(length, maxBatch);
  }

  /**
   * Runs all sessions for a while.
   *
   * @param batch images in a run
   */
  public Round run(Duration length, int batch) throws Exception {
    double cpu = CpuTime.ownSeconds();
    long begin = System.nanoTime();
    List<Future<Histogram>> running = new ArrayList<>();
    for (Caller caller : callers) {
      running.add(caller.start(begin + length.toNanos(), batch));
    }
    Histogram runs = Latencies.newHistogram();
    for (Future<Histogram> future : running) {
      runs.add(future.get());
    }
    double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
    double images = (double) runs.getTotalCount() * batch;
    return new Round(
        images / seconds,
        (CpuTime.ownSeconds() - cpu) / images * MILLIS_PER_SECOND,
        Latencies.of(runs).p50());
  }

  @Override
  public void close() {
    callers.forEach(Caller::close);
    backbone.close();
  }

  /** One thread with its session and its memory. */
  private final class Caller implements AutoCloseable {
    private final int instance;
    private final RowBuffer in = backbone.newInput(maxBatch);
    private final RowBuffer out = backbone.newOutput(maxBatch);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    Caller(int instance) {
      this.instance = instance;
      fill(in.floats(maxBatch), new Random(instance));
    }

    /** Returns the nanoseconds of each run. */
    Future<Histogram> start(long deadline, int batch) {
      Callable<Histogram> loop = () -> runUntil(deadline, batch);
      return thread.submit(loop);
    }

    private Histogram runUntil(long deadline, int batch) throws Exception {
      Histogram runs = Latencies.newHistogram();
      long begin = System.nanoTime();
      while (begin < deadline) {
        backbone.run(instance, in, batch, out);
        long end = System.nanoTime();
        runs.recordValue(end - begin);
        begin = end;
      }
      return runs;
    }

    @Override
    public void close() {
      thread.shutdown();
      in.close();
      out.close();
    }
  }

  /** Pixels as they are after scaling: from -1 to 1. */
  private static void fill(FloatBuffer pixels, Random random) {
    while (pixels.hasRemaining()) {
      pixels.put(2 * random.nextFloat() - 1);
    }
  }
}
