package dev.vgg16.feature.pipeline;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import dev.vgg16.serving.fault.ServingException;
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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Hands a batch's maps on: to the callers who want them, and to the heads.
 *
 * <p>The buffer that the backbone wrote is the payload of what goes to the heads: maps are not
 * gathered again.
 */
final class HandOver {

  /** As many are scored in about the time of one. */
  private static final int FEW_HEADS = 8;

  private final String backbone;
  private final Scorer scorer;
  private final Scorer plainScorer;
  private final Consumer<BatchMaps> giveBack;

  /**
   * @param backbone its id
   * @param scorer gets the maps of batches, in any form that they were made in
   * @param plainScorer gets maps that were kept, in the plain form
   * @param giveBack takes the buffers once the heads have answered
   */
  HandOver(String backbone, Scorer scorer, Scorer plainScorer, Consumer<BatchMaps> giveBack) {
    this.backbone = backbone;
    this.scorer = scorer;
    this.plainScorer = plainScorer;
    this.giveBack = giveBack;
  }

  /** Returns whether the buffers are still in use, and will be given back later. */
  boolean handOn(List<ImageJob> jobs, BatchMaps maps) {
    Group few = new Group(jobs.size());
    Group many = new Group(jobs.size());
    for (int i = 0; i < jobs.size(); i++) {
      if (jobs.get(i).isAbandoned()) {
        jobs.get(i).fail(ServingException.cancelled("nobody waited for the answer any more"));
      } else if (jobs.get(i) instanceof ImageJob.Classify job) {
        (isMuchWork(job.selection()) ? many : few).add(job, i);
      } else if (jobs.get(i) instanceof ImageJob.Extract job) {
        // A copy, since the buffer may be written again before the answer has gone out.
        job.succeed(plain(ByteString.copyFrom(maps.in(OutputForm.PLAIN).row(i))));
      }
    }
    List<Group> groups = Stream.of(few, many).filter(group -> !group.jobs.isEmpty()).toList();
    AtomicInteger left = new AtomicInteger(groups.size());
    for (Group group : groups) {
      Scorer.Maps toScore =
          form ->
              new MapsMessage(header(form, group.jobs.size()), payload(group.rows, maps.in(form)));
      score(
          scorer,
          toScore,
          group.jobs,
          () -> {
            if (left.decrementAndGet() == 0) {
              giveBack.accept(maps);
            }
          });
    }
    return !groups.isEmpty();
  }

  /** Jobs that go to the heads in one message, and the rows that their maps are in. */
  private static final class Group {
    final List<ImageJob.Classify> jobs;
    final BitSet rows;

    Group(int size) {
      jobs = new ArrayList<>(size);
      rows = new BitSet(size);
    }

    void add(ImageJob.Classify job, int row) {
      jobs.add(job);
      rows.set(row);
    }
  }

  /** What takes the heads long goes apart: a message is answered as a whole. */
  private static boolean isMuchWork(MapSelection selection) {
    return selection.hasExplain() || selection.getHeadsCount() > FEW_HEADS;
  }

  /**
   * Hands a map that was kept to one job.
   *
   * @param done called once the map is not needed any more; not when this throws
   */
  void handOn(ImageJob job, ByteString map, Runnable done) {
    if (job instanceof ImageJob.Classify classify) {
      MapsMessage message =
          new MapsMessage(header(OutputForm.PLAIN, 1), map.asReadOnlyByteBufferList());
      score(plainScorer, form -> message, List.of(classify), done);
    } else if (job instanceof ImageJob.Extract extract) {
      extract.succeed(plain(map));
      done.run();
    }
  }

  private static void score(
      Scorer scorer, Scorer.Maps maps, List<ImageJob.Classify> jobs, Runnable done) {
    Futures.addCallback(
        scorer.score(maps, selections(jobs), nanosLeft(jobs)),
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

  /** The rows that are to be scored. Neighbours are one piece; usually that is all of them. */
  private static List<ByteBuffer> payload(BitSet rows, RowBuffer maps) {
    List<ByteBuffer> payload = new ArrayList<>(1);
    for (int start = rows.nextSetBit(0); start >= 0; ) {
      int end = rows.nextClearBit(start);
      payload.add(maps.rows(start, end - start));
      start = rows.nextSetBit(end);
    }
    return payload;
  }

  private FeatureMaps plain(ByteString map) {
    return header(OutputForm.PLAIN, 1).toBuilder().setData(map).build();
  }

  private FeatureMaps header(OutputForm form, int count) {
    return FeatureMaps.newBuilder()
        .setBackbone(backbone)
        .setDataType(
            form.type() == ElementType.FLOAT32
                ? DataType.DATA_TYPE_FLOAT32
                : DataType.DATA_TYPE_FLOAT16)
        .setPooling(form.pooled() ? Pooling.POOLING_AVERAGE : Pooling.POOLING_UNSPECIFIED)
        .setCount(count)
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
