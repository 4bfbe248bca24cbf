package dev.vgg16.feature.pipeline;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.vgg16.serving.grpc.Statuses;
import dev.vgg16.serving.onnx.ElementType;
import dev.vgg16.serving.onnx.OutputForm;
import dev.vgg16.serving.onnx.RowBuffer;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.Pooling;
import dev.vgg16.v1.ScoreResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hands a batch's maps on: to the callers who want them, and to the heads.
 *
 * <p>The buffer that the backbone wrote is the payload of the one message that goes to the heads:
 * maps are not split and gathered again.
 */
final class HandOver {

  private final String backbone;
  private final Scorer scorer;
  private final Consumer<BatchMaps> giveBack;

  /**
   * @param backbone its id
   * @param giveBack takes the buffers once the heads have answered
   */
  HandOver(String backbone, Scorer scorer, Consumer<BatchMaps> giveBack) {
    this.backbone = backbone;
    this.scorer = scorer;
    this.giveBack = giveBack;
  }

  /** Returns whether the buffers are still in use, and will be given back later. */
  boolean handOn(List<ImageJob> jobs, BatchMaps maps) {
    List<ImageJob.Classify> classify = new ArrayList<>(jobs.size());
    for (int i = 0; i < jobs.size(); i++) {
      if (jobs.get(i) instanceof ImageJob.Classify job) {
        classify.add(job);
      } else if (jobs.get(i) instanceof ImageJob.Extract job) {
        // A copy, since the buffer may be written again before the answer has gone out.
        ByteString map = ByteString.copyFrom(maps.in(OutputForm.PLAIN).row(i));
        job.succeed(message(OutputForm.PLAIN, map, 1));
      }
    }
    if (classify.isEmpty()) {
      return false;
    }
    Scorer.Maps toScore = form -> message(form, payload(jobs, maps.in(form)), classify.size());
    Futures.addCallback(
        scorer.score(toScore, selections(classify), nanosLeft(classify)),
        new FutureCallback<>() {
          @Override
          public void onSuccess(ScoreResponse response) {
            giveBack.accept(maps);
            answer(classify, response);
          }

          @Override
          public void onFailure(Throwable failure) {
            giveBack.accept(maps);
            classify.forEach(job -> job.fail(failure));
          }
        },
        MoreExecutors.directExecutor());
    return true;
  }

  /** The rows that are to be scored. Neighbours are one piece; usually that is all of them. */
  private static ByteString payload(List<ImageJob> jobs, RowBuffer rows) {
    ByteString payload = ByteString.EMPTY;
    int start = 0;
    for (int i = 0; i <= jobs.size(); i++) {
      if (i == jobs.size() || !(jobs.get(i) instanceof ImageJob.Classify)) {
        payload = payload.concat(wrap(rows, start, i));
        start = i + 1;
      }
    }
    return payload;
  }

  private static ByteString wrap(RowBuffer rows, int start, int end) {
    return start >= end
        ? ByteString.EMPTY
        : UnsafeByteOperations.unsafeWrap(rows.rows(start, end - start));
  }

  private FeatureMaps message(OutputForm form, ByteString data, int count) {
    return FeatureMaps.newBuilder()
        .setBackbone(backbone)
        .setDataType(
            form.type() == ElementType.FLOAT32
                ? DataType.DATA_TYPE_FLOAT32
                : DataType.DATA_TYPE_FLOAT16)
        .setPooling(form.pooled() ? Pooling.POOLING_AVERAGE : Pooling.POOLING_UNSPECIFIED)
        .setCount(count)
        .setData(data)
        .build();
  }

  private static List<MapSelection> selections(List<ImageJob.Classify> jobs) {
    MapSelection first = jobs.get(0).selection();
    return jobs.stream().allMatch(job -> job.selection().equals(first))
        ? List.of(first)
        : jobs.stream().map(ImageJob.Classify::selection).toList();
  }

  private static long nanosLeft(List<ImageJob.Classify> jobs) {
    return jobs.stream().mapToLong(job -> job.caller().nanosLeft()).max().orElse(0);
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
