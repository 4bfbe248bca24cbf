package dev.vgg16.feature.pipeline;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.serving.batch.BatchWork;
import dev.vgg16.serving.grpc.Statuses;
import dev.vgg16.serving.onnx.RowBuffer;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * The work of one batch: decode each image, run the backbone, hand on the maps.
 *
 * <p>The buffer that the backbone writes is the payload of the one message that goes to the heads:
 * maps are not split and gathered again.
 */
public final class FeaturePipeline implements BatchWork<ImageJob, RowBuffer>, AutoCloseable {

  private final ImageReader reader;
  private final Backbone backbone;
  private final Scorer scorer;
  private final int maxBatch;
  private final MapsPool outputs;

  /** Scores maps; {@code relay.HeadClient} does. */
  public interface Scorer {

    /**
     * @param request its bytes stay as they are until the answer is there
     * @param nanosLeft how long an answer is of use
     */
    ListenableFuture<ScoreResponse> score(ScoreRequest request, long nanosLeft);
  }

  /**
   * @param batchesUnderWay how many batches may wait for the heads at a time
   */
  public FeaturePipeline(
      ImageReader reader, Backbone backbone, Scorer scorer, int maxBatch, int batchesUnderWay) {
    this.reader = reader;
    this.backbone = backbone;
    this.scorer = scorer;
    this.maxBatch = maxBatch;
    this.outputs = new MapsPool(batchesUnderWay, () -> backbone.newOutput(maxBatch));
  }

  @Override
  public RowBuffer newStorage() {
    return backbone.newInput(maxBatch);
  }

  @Override
  public Placement<RowBuffer> prepare(ImageJob job) {
    long start = System.nanoTime();
    ImageReader.Pixels pixels = reader.read(job.input());
    long read = System.nanoTime() - start;
    return new Placement<>() {
      @Override
      public void place(RowBuffer storage, int slot) {
        long resize = System.nanoTime();
        pixels.writeTo(storage.row(slot));
        job.times().decoded(read + System.nanoTime() - resize);
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
  public void run(int worker, RowBuffer input, List<ImageJob> jobs) throws Exception {
    RowBuffer maps = outputs.take();
    boolean handedOn = false;
    try {
      long start = System.nanoTime();
      backbone.run(worker, input, jobs.size(), maps);
      long end = System.nanoTime();
      jobs.forEach(job -> job.times().ran(start, end));
      share(jobs, maps);
      handedOn = handOn(jobs, maps);
    } finally {
      if (!handedOn) {
        outputs.giveBack(maps);
      }
    }
  }

  @Override
  public void close() {
    outputs.close();
  }

  /**
   * Answers a job with a map that another job's run made. Does not wait.
   *
   * @param map float32 little-endian, [height, width, channels]
   * @param done called once, when the heads don't need the map any more; not when this throws
   */
  public void answer(ImageJob job, ByteString map, Runnable done) {
    job.times().reused(System.nanoTime());
    if (job instanceof ImageJob.Classify classify) {
      score(List.of(classify), map, done);
    } else if (job instanceof ImageJob.Extract extract) {
      extract.succeed(message(map, 1));
      done.run();
    }
  }

  /** Gives a copy of their maps to those who lead others. */
  private static void share(List<ImageJob> jobs, RowBuffer maps) {
    for (int i = 0; i < jobs.size(); i++) {
      if (jobs.get(i).leads()) {
        jobs.get(i).computed(ByteString.copyFrom(maps.row(i)));
      }
    }
  }

  /** Returns whether the buffer is still in use, and will be given back later. */
  private boolean handOn(List<ImageJob> jobs, RowBuffer maps) {
    List<ImageJob.Classify> classify = new ArrayList<>(jobs.size());
    ByteString payload = ByteString.EMPTY;
    int runStart = 0;
    for (int i = 0; i <= jobs.size(); i++) {
      if (i < jobs.size() && jobs.get(i) instanceof ImageJob.Classify job) {
        classify.add(job);
        continue;
      }
      // Neighbouring rows are one piece; usually that is all of them.
      payload = payload.concat(wrap(maps, runStart, i));
      runStart = i + 1;
      if (i < jobs.size() && jobs.get(i) instanceof ImageJob.Extract job) {
        // A copy, since the buffer may be written again before the answer has gone out.
        job.succeed(message(ByteString.copyFrom(maps.row(i)), 1));
      }
    }
    if (classify.isEmpty()) {
      return false;
    }
    score(classify, payload, () -> outputs.giveBack(maps));
    return true;
  }

  private static ByteString wrap(RowBuffer maps, int start, int end) {
    return start >= end
        ? ByteString.EMPTY
        : UnsafeByteOperations.unsafeWrap(maps.rows(start, end - start));
  }

  private FeatureMaps message(ByteString data, int count) {
    return FeatureMaps.newBuilder()
        .setBackbone(backbone.manifest().id())
        .setDataType(DataType.DATA_TYPE_FLOAT32)
        .setCount(count)
        .setData(data)
        .build();
  }

  private void score(List<ImageJob.Classify> jobs, ByteString payload, Runnable done) {
    ScoreRequest.Builder request = ScoreRequest.newBuilder().setMaps(message(payload, jobs.size()));
    if (jobs.stream().map(ImageJob.Classify::selection).distinct().count() == 1) {
      request.addSelections(jobs.get(0).selection());
    } else {
      jobs.forEach(job -> request.addSelections(job.selection()));
    }
    long nanosLeft = jobs.stream().mapToLong(job -> job.caller().nanosLeft()).max().orElse(0);
    Futures.addCallback(
        scorer.score(request.build(), nanosLeft),
        new FutureCallback<>() {
          @Override
          public void onSuccess(ScoreResponse response) {
            done.run();
            answer(jobs, response);
          }

          @Override
          public void onFailure(Throwable failure) {
            done.run();
            jobs.forEach(job -> job.fail(failure));
          }
        },
        MoreExecutors.directExecutor());
  }

  private static void answer(List<ImageJob.Classify> jobs, ScoreResponse response) {
    if (response.getMapsCount() != jobs.size()) {
      IllegalStateException failure =
          new IllegalStateException(
              "the head service answered %d maps with %d scores"
                  .formatted(jobs.size(), response.getMapsCount()));
      jobs.forEach(job -> job.fail(failure));
      return;
    }
    for (int i = 0; i < jobs.size(); i++) {
      MapScores scores = response.getMaps(i);
      if (scores.hasError()) {
        jobs.get(i).fail(Statuses.fromProto(scores.getError()));
      } else {
        jobs.get(i).succeed(scores.getScores());
      }
    }
  }
}
