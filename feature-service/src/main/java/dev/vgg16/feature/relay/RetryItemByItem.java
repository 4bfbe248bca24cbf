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
 * Sends a batch that the heads refuse as a whole again, map by map, so that the one that they
 * refuse fails alone and its neighbours get their scores.
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
          whole, RefusedException.class, RetryItemByItem::fail, MoreExecutors.directExecutor());
    }
    return Futures.catchingAsync(
        whole,
        Exception.class,
        failure -> {
          if (failure instanceof RefusedException) {
            return eachAlone(message, deadline, true);
          }
          return mayBeOnesFault(message, failure)
              ? eachAlone(message, deadline, false)
              : Futures.immediateFailedFuture(failure);
        },
        MoreExecutors.directExecutor());
  }

  /**
   * Whether the heads may answer some of the maps when they come alone. Not where the same is asked
   * of all: each would fail as the batch did, unless it is the answer's size that is refused.
   */
  private static boolean mayBeOnesFault(ScoreMessage message, Exception failure) {
    return failure instanceof StatusRuntimeException e
        && switch (e.getStatus().getCode()) {
          case INVALID_ARGUMENT, RESOURCE_EXHAUSTED, INTERNAL, UNKNOWN ->
              message.hasDifferentSelections()
                  || Statuses.hasReason(Statuses.toProto(e), Reason.ANSWER_TOO_LARGE);
          default -> false;
        };
  }

  /**
   * @param breaksStreams whether each goes on a stream of its own
   */
  private ListenableFuture<ScoreResponse> eachAlone(
      ScoreMessage message, long deadline, boolean breaksStreams) {
    List<ListenableFuture<MapScores>> answers =
        IntStream.range(0, message.maps().count())
            .mapToObj(map -> message.some(List.of(map), breaksStreams))
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
        // Whatever it is: the batch is not over before its other maps are.
        Throwable.class,
        failure -> MapScores.newBuilder().setError(Statuses.toProto(inWords(failure))).build(),
        MoreExecutors.directExecutor());
  }

  private static ListenableFuture<ScoreResponse> fail(RefusedException refused) {
    return Futures.immediateFailedFuture(inWords(refused));
  }

  private static Throwable inWords(Throwable failure) {
    return failure instanceof RefusedException
        ? Status.INTERNAL.withDescription(failure.getMessage()).asRuntimeException()
        : failure;
  }
}
