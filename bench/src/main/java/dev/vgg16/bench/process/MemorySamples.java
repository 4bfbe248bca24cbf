package dev.vgg16.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Samples of the resident memory of a process, taken periodically until this is closed. */
public final class MemorySamples implements AutoCloseable {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double PERCENT = 100;

  private final List<Sample> samples = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  /**
   * The memory at one time.
   *
   * @param seconds since the start
   */
  public record Sample(double seconds, double residentMib) {}

  private MemorySamples() {}

  /** Takes a sample now, and then periodically. */
  public static MemorySamples start(ServiceProcess process, Duration each) {
    MemorySamples samples = new MemorySamples();
    long begin = System.nanoTime();
    var unused =
        samples.timer.scheduleAtFixedRate(
            () -> samples.take(process, begin), 0, each.toMillis(), TimeUnit.MILLISECONDS);
    return samples;
  }

  private synchronized void take(ServiceProcess process, long begin) {
    try {
      double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
      samples.add(new Sample(seconds, process.residentMib()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** The largest growth of the memory since a time. */
  public double growthPercentAfter(double seconds) {
    return growthPercentAfter(samples(), seconds);
  }

  static double growthPercentAfter(List<Sample> samples, double seconds) {
    List<Sample> after = samples.stream().filter(sample -> sample.seconds() >= seconds).toList();
    if (after.isEmpty()) {
      throw new IllegalStateException("no sample was taken after %.0f s".formatted(seconds));
    }
    double most = after.stream().mapToDouble(Sample::residentMib).max().orElseThrow();
    return (most / after.get(0).residentMib() - 1) * PERCENT;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
