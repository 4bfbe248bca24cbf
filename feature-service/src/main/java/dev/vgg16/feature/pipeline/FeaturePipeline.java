package dev.vgg16.feature.pipeline;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.inference.batch.BatchWork;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import java.util.List;
import java.util.Set;

/**
 * The work that the batcher schedules: decodes each image into a batch, runs the backbone on the
 * batch, and passes the maps to {@link MapDispatcher}.
 */
public final class FeaturePipeline implements BatchWork<ImageJob, RowBuffer>, AutoCloseable {

  /** 25 MiB at most, with maps of 7 x 7 x 512 float32. */
  private static final int MAX_COPIED_MAPS = 256;

  private final ImageReader reader;
  private final Backbone backbone;
  private final int maxBatch;
  private final MapsPool outputs;
  private final MapDispatcher dispatcher;

  /**
   * @param scorer sends maps in the forms of {@code wire}
   * @param plainScorer sends maps from the cache, in the plain form
   * @param batchesInFlight the most batches at a time that run or wait for the heads
   */
  public FeaturePipeline(
      ImageReader reader,
      Backbone backbone,
      Scorer scorer,
      Scorer plainScorer,
      Set<OutputForm> wire,
      int maxBatch,
      int batchesInFlight) {
    this.reader = reader;
    this.backbone = backbone;
    this.maxBatch = maxBatch;
    this.outputs = new MapsPool(batchesInFlight, () -> new BatchMaps(backbone, maxBatch, wire));
    this.dispatcher =
        new MapDispatcher(
            backbone.manifest().id(),
            scorer,
            plainScorer,
            outputs::giveBack,
            new MapCopies(MAX_COPIED_MAPS));
  }

  @Override
  public RowBuffer newStorage() {
    return backbone.newInput(maxBatch);
  }

  @Override
  public Placement<RowBuffer> prepare(ImageJob job) {
    job.times().decoding(System.nanoTime());
    ImageReader.Pixels pixels = reader.read(job.input());
    job.times().decoded(System.nanoTime());
    return new Placement<>() {
      @Override
      public void place(RowBuffer storage, int slot) {
        long start = System.nanoTime();
        pixels.writeTo(storage.row(slot));
        job.times().resized(System.nanoTime() - start);
      }

      @Override
      public void close() {
        pixels.close();
      }
    };
  }

  @Override
  public void move(RowBuffer storage, int from, int to) {
    storage.move(from, to);
  }

  @Override
  public void run(int worker, RowBuffer input, List<ImageJob> jobs, boolean alone)
      throws Exception {
    BatchMaps maps = outputs.take();
    boolean dispatched = false;
    try {
      begin(jobs);
      backbone.run(worker, input, jobs.size(), alone, maps.neededBy(jobs));
      long end = System.nanoTime();
      jobs.forEach(job -> job.times().ran(end));
      shareWithWaiters(jobs, maps);
      dispatched = dispatcher.dispatch(jobs, maps);
    } finally {
      if (!dispatched) {
        outputs.giveBack(maps);
      }
    }
  }

  private static void begin(List<ImageJob> jobs) {
    long start = System.nanoTime();
    ImageTrace first = ImageTrace.NONE;
    for (ImageJob job : jobs) {
      job.times().running(start);
      if (job.trace().isSampled()) {
        job.trace().inBatch(jobs.size());
        first = first.isSampled() ? linked(first, job.trace()) : job.trace();
      }
    }
  }

  /** The first sampled image of a batch has links to the others, and they to it. */
  private static ImageTrace linked(ImageTrace first, ImageTrace other) {
    first.inBatchWith(other.span());
    other.inBatchWith(first.span());
    return first;
  }

  @Override
  public void close() {
    outputs.close();
  }

  /**
   * Answers a job with a map that was computed for another job. Does not block.
   *
   * @param map float32 little-endian, [height, width, channels]
   * @param done called once, when the map is no longer needed; not when this throws
   */
  public void answer(ImageJob job, ByteString map, Runnable done) {
    job.times().reused(System.nanoTime());
    dispatcher.dispatch(job, map, done);
  }

  /** Gives leaders a copy of their map, for their waiters. */
  private static void shareWithWaiters(List<ImageJob> jobs, BatchMaps maps) {
    for (int i = 0; i < jobs.size(); i++) {
      if (jobs.get(i).leads()) {
        jobs.get(i).computed(ByteString.copyFrom(maps.in(OutputForm.PLAIN).row(i)));
      }
    }
  }
}
