package dev.vgg16.feature.relay;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * When a batch fails because of one of its maps, sends it again map by map, so that this map fails
 * alone and the others get their scores.
 */
final class RetryItemByItem implements MapRelay.Heads {

  private final MapRelay.Heads heads;
  private final Ticker ticker;

  RetryItemByItem(MapRelay.Heads heads, Ticker ticker) {
    this.heads = heads;
    this.ticker = ticker;
  }

  @Override
  public ListenableFuture<ScoreResponse> score(ScoreMessage message, long nanosLeft) {
    long deadline = ticker.read() + nanosLeft;
    ListenableFuture<ScoreResponse> whole = heads.score(message, nanosLeft);
    if (message.maps().count() == 1) {
      return Futures.catchingAsync(
          whole,
          RequestAbortedException.class,
          RetryItemByItem::fail,
          MoreExecutors.directExecutor());
    }
    return Futures.catchingAsync(
        whole,
        Exception.class,
        failure -> {
          if (failure instanceof RequestAbortedException) {
            return sendEach(message, deadline, true);
          }
          return mayBeDueToOneMap(message, failure)
              ? sendEach(message, deadline, false)
              : Futures.immediateFailedFuture(failure);
        },
        MoreExecutors.directExecutor());
  }

  /**
   * Whether some of the maps may succeed when they are sent alone. Not when all have the same
   * selection: each would fail as the batch did, unless it failed for the size of its answer.
   */
  private static boolean mayBeDueToOneMap(ScoreMessage message, Exception failure) {
    return failure instanceof StatusRuntimeException e
        && switch (e.getStatus().getCode()) {
          case INVALID_ARGUMENT, RESOURCE_EXHAUSTED, INTERNAL, UNKNOWN ->
              message.hasDifferentSelections()
                  || Statuses.hasReason(Statuses.toProto(e), Reason.ANSWER_TOO_LARGE);
          default -> false;
        };
  }

  /**
   * @param abortsStreams whether each goes on a stream of its own
   */
  private ListenableFuture<ScoreResponse> sendEach(
      ScoreMessage message, long deadline, boolean abortsStreams) {
    List<ListenableFuture<MapScores>> answers =
        IntStream.range(0, message.maps().count())
            .mapToObj(map -> message.subset(List.of(map), abortsStreams))
            .map(one -> scoresOf(heads.score(one, deadline - ticker.read())))
            .collect(toImmutableList());
    return Futures.transform(
        Futures.allAsList(answers),
        scores -> ScoreResponse.newBuilder().addAllMaps(scores).build(),
        MoreExecutors.directExecutor());
  }

  private static ListenableFuture<MapScores> scoresOf(ListenableFuture<ScoreResponse> answer) {
    return Futures.catching(
        Futures.transform(answer, one -> one.getMaps(0), MoreExecutors.directExecutor()),
        // Whatever it is: the other maps read the same buffer until they are answered.
        Throwable.class,
        failure -> MapScores.newBuilder().setError(Statuses.toProto(toStatus(failure))).build(),
        MoreExecutors.directExecutor());
  }

  private static ListenableFuture<ScoreResponse> fail(RequestAbortedException refused) {
    return Futures.immediateFailedFuture(toStatus(refused));
  }

  private static Throwable toStatus(Throwable failure) {
    return failure instanceof RequestAbortedException
        ? Status.INTERNAL.withDescription(failure.getMessage()).asRuntimeException()
        : failure;
  }
}
