package dev.vgg16.feature.pipeline;

import static java.util.Objects.requireNonNull;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends the maps of a batch: to the callers that asked for them, and to the heads.
 *
 * <p>Usually the maps go to the heads in one message, whose payload is the buffer that the backbone
 * wrote. Those of slow requests go in a message of their own, because all maps of a message are
 * answered together.
 */
final class MapDispatcher {

  /** So many are scored in about the time of one. */
  private static final int MAX_QUICK_HEADS = 8;

  private final String backbone;
  private final Scorer scorer;
  private final Scorer plainScorer;
  private final Consumer<BatchMaps> giveBack;
  private final MapCopies copies;

  /**
   * @param backbone its id
   * @param scorer sends the maps of batches, in any of the forms of the batch's buffers
   * @param plainScorer sends maps from the cache, in the plain form
   * @param giveBack gets the buffers back once the heads have answered
   * @param copies bounds the maps that are copied for slow requests
   */
  MapDispatcher(
      String backbone,
      Scorer scorer,
      Scorer plainScorer,
      Consumer<BatchMaps> giveBack,
      MapCopies copies) {
    this.backbone = backbone;
    this.scorer = scorer;
    this.plainScorer = plainScorer;
    this.giveBack = giveBack;
    this.copies = copies;
  }

  /** Returns whether the buffers are still in use, and will be given back later. */
  boolean dispatch(List<ImageJob> jobs, BatchMaps maps) {
    Group quick = new Group(jobs.size());
    Group slow = new Group(jobs.size());
    for (int i = 0; i < jobs.size(); i++) {
      if (jobs.get(i).isCancelled()) {
        jobs.get(i)
            .fail(ServingException.cancelled("the call was cancelled or its deadline passed"));
      } else if (jobs.get(i) instanceof ImageJob.Classify job) {
        (isSlow(job.selection()) ? slow : quick).add(job, i);
      } else if (jobs.get(i) instanceof ImageJob.Extract job) {
        // A copy, since the buffer may be written again before the answer has gone out.
        job.succeed(ByteString.copyFrom(maps.in(OutputForm.PLAIN).row(i)));
      }
    }
    // Before anything is sent: when this throws, the caller of this method reuses the buffer.
    Optional<Scorer.Maps> copy = copy(slow, maps);
    List<Group> groups =
        (copy.isPresent() ? Stream.of(quick) : Stream.of(quick, slow))
            .filter(group -> !group.jobs.isEmpty())
            .toList();
    scoreInPlace(groups, maps);
    copy.ifPresent(own -> score(scorer, own, slow.jobs, () -> copies.release(slow.jobs.size())));
    return !groups.isEmpty();
  }

  /** Sends maps from the buffers, which are given back after the last answer. */
  private void scoreInPlace(List<Group> groups, BatchMaps maps) {
    AtomicInteger unanswered = new AtomicInteger(groups.size());
    for (Group group : groups) {
      score(
          scorer,
          form -> message(form, group.jobs.size(), payload(group.rows, maps.in(form))),
          group.jobs,
          () -> {
            if (unanswered.decrementAndGet() == 0) {
              giveBack.accept(maps);
            }
          });
    }
  }

  /** Empty when there is nothing to copy, or too much is copied already. */
  private Optional<Scorer.Maps> copy(Group group, BatchMaps maps) {
    int count = group.jobs.size();
    if (count == 0 || !copies.reserve(count)) {
      return Optional.empty();
    }
    boolean copied = false;
    try {
      Map<OutputForm, ByteBuffer> copy = maps.copyForClassify(group.rows);
      copied = true;
      return Optional.of(form -> message(form, count, List.of(copy.get(form))));
    } finally {
      if (!copied) {
        copies.release(count);
      }
    }
  }

  private MapsMessage message(OutputForm form, int count, List<ByteBuffer> data) {
    return new MapsMessage(backbone, form, count, data);
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

  private static boolean isSlow(MapSelection selection) {
    return selection.hasExplain() || selection.getHeadsCount() > MAX_QUICK_HEADS;
  }

  /**
   * Sends a map from the cache, for one job.
   *
   * @param done called once, when the map is no longer needed
   */
  void dispatch(ImageJob job, ByteString map, Runnable done) {
    if (job instanceof ImageJob.Classify classify) {
      MapsMessage message = message(OutputForm.PLAIN, 1, map.asReadOnlyByteBufferList());
      score(plainScorer, form -> message, List.of(classify), done);
    } else if (job instanceof ImageJob.Extract extract) {
      extract.succeed(map);
      done.run();
    }
  }

  /**
   * Never throws: other maps of the batch may have been sent already, and need its buffer.
   *
   * @param done called once, when the maps are no longer needed
   */
  private static void score(
      Scorer scorer, Scorer.Maps maps, List<ImageJob.Classify> jobs, Runnable done) {
    ListenableFuture<ScoreResponse> answer;
    try {
      answer = scorer.score(described(maps, jobs), selections(jobs), nanosLeft(jobs));
    } catch (RuntimeException | Error e) {
      answer = Futures.immediateFailedFuture(e);
    }
    Futures.addCallback(
        answer,
        new FutureCallback<>() {
          @Override
          public void onSuccess(@Nullable ScoreResponse response) {
            done.run();
            answer(jobs, requireNonNull(response));
          }

          @Override
          public void onFailure(Throwable failure) {
            done.run();
            jobs.forEach(job -> job.fail(failure));
          }
        },
        MoreExecutors.directExecutor());
  }

  /** With the keys of the images, and the contexts of the traces that are sampled, if any. */
  private static Scorer.Maps described(Scorer.Maps maps, List<ImageJob.Classify> jobs) {
    List<String> traceparents = traceparents(jobs);
    List<Long> keys = jobs.stream().map(ImageJob.Classify::routingKey).toList();
    return form -> maps.in(form).with(traceparents, keys);
  }

  private static List<String> traceparents(List<ImageJob.Classify> jobs) {
    boolean isTraced = false;
    for (ImageJob job : jobs) {
      isTraced |= job.trace().isSampled();
    }
    return isTraced ? jobs.stream().map(job -> job.trace().sentToHeads()).toList() : List.of();
  }

  /** The bytes of these rows. Adjacent rows are one buffer; usually that is all of them. */
  private static List<ByteBuffer> payload(BitSet rows, RowBuffer maps) {
    List<ByteBuffer> payload = new ArrayList<>(1);
    for (int start = rows.nextSetBit(0); start >= 0; ) {
      int end = rows.nextClearBit(start);
      payload.add(maps.rows(start, end - start));
      start = rows.nextSetBit(end);
    }
    return payload;
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
