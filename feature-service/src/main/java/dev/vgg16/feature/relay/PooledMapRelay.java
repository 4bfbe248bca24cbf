package dev.vgg16.feature.relay;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.vgg16.feature.pipeline.Scorer;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;

/**
 * Sends a batch's maps pooled when all selected heads accept that, else whole. When a replica
 * refuses pooled maps, because it has loaded other heads meanwhile, the batch is sent again whole.
 */
public final class PooledMapRelay implements Scorer {

  private final MapRelay relay;
  private final PooledHeads heads;
  private final Duration timeout;
  private final Ticker ticker;

  /**
   * @param timeout the longest wait for an answer, sending again included
   */
  public PooledMapRelay(MapRelay relay, PooledHeads heads, Duration timeout) {
    this(relay, heads, timeout, Ticker.systemTicker());
  }

  PooledMapRelay(MapRelay relay, PooledHeads heads, Duration timeout, Ticker ticker) {
    this.relay = relay;
    this.heads = heads;
    this.timeout = timeout;
    this.ticker = ticker;
  }

  @Override
  public ListenableFuture<ScoreResponse> score(
      Maps maps, List<MapSelection> selections, long nanosLeft) {
    if (!heads.allTakePooledMaps(selections)) {
      return relay.score(maps, selections, nanosLeft);
    }
    long wait = Math.min(nanosLeft, timeout.toNanos());
    long deadline = ticker.read() + wait;
    ListenableFuture<ScoreResponse> pooled = relay.scorePooled(maps, selections, wait);
    ListenableFuture<ScoreResponse> answer =
        Futures.transformAsync(
            pooled,
            response ->
                isRefusal(response)
                    ? scoreWhole(maps, selections, deadline)
                    : Futures.immediateFuture(response),
            MoreExecutors.directExecutor());
    return Futures.catchingAsync(
        answer,
        StatusRuntimeException.class,
        failure ->
            isRefusal(Statuses.toProto(failure))
                ? scoreWhole(maps, selections, deadline)
                : Futures.immediateFailedFuture(failure),
        MoreExecutors.directExecutor());
  }

  private ListenableFuture<ScoreResponse> scoreWhole(
      Maps maps, List<MapSelection> selections, long deadline) {
    heads.refused();
    return relay.score(maps, selections, deadline - ticker.read());
  }

  /** Whether any head refused any of the maps. */
  private static boolean isRefusal(ScoreResponse response) {
    return response.getMapsList().stream().anyMatch(PooledMapRelay::isRefusal);
  }

  private static boolean isRefusal(MapScores scores) {
    return scores.hasError()
        ? isRefusal(scores.getError())
        : scores.getScores().getHeadsList().stream()
            .anyMatch(head -> head.hasError() && isRefusal(head.getError()));
  }

  private static boolean isRefusal(com.google.rpc.Status status) {
    return Statuses.hasReason(status, Reason.WHOLE_MAPS_NEEDED);
  }
}
