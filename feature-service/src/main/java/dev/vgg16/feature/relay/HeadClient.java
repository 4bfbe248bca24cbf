package dev.vgg16.feature.relay;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.ListHeadsRequest;
import dev.vgg16.v1.ListHeadsResponse;
import dev.vgg16.v1.ScoreResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches of feature maps to the head replicas and gives back their scores.
 *
 * <p>A batch goes to the replica with the fewest unanswered maps ({@link ReplicaSet}), on one of a
 * few long-lived streams to it. What a broken stream or a silent replica leaves unanswered is sent
 * again, as {@link ResendPolicy} says; a batch that the heads refuse is sent map by map ({@link
 * RetryItemByItem}), and one whose answer would be large in parts ({@link SplitByResponseSize}).
 *
 * <p>Nothing blocks here. Nothing is bounded either: the caller must bound what is in flight.
 * Thread-safe.
 */
public final class HeadClient implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(HeadClient.class);

  /** The interval of checks of deadlines and of the ages of streams. */
  private static final Duration TICK_INTERVAL = Duration.ofMillis(100);

  /** How often the name is resolved again, to find replicas that were added or removed. */
  private static final Duration RESOLVE_INTERVAL = Duration.ofSeconds(1);

  private final HeadReplicas source;
  private final HeadClientOptions options;
  private final Ticker ticker;
  private final ScheduledExecutorService timer;
  private final ScoreSender sender;
  private final MapRelay.Heads heads;

  // Only tick() uses it.
  private long nextResolve;

  /**
   * Starts to connect, without waiting for it, so that the first request finds a connection.
   *
   * @param source of the replicas; closed with this client
   */
  public HeadClient(HeadReplicas source, HeadClientOptions options) {
    this(source, options, Ticker.systemTicker(), newTimer());
    var unused =
        timer.scheduleWithFixedDelay(
            this::tick, TICK_INTERVAL.toMillis(), TICK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For tests, which call {@link #tick} themselves. */
  HeadClient(
      HeadReplicas source,
      HeadClientOptions options,
      Ticker ticker,
      ScheduledExecutorService timer) {
    this.source = source;
    this.options = options;
    this.ticker = ticker;
    this.timer = timer;
    this.sender = new ScoreSender(source, options, ticker, timer);
    this.heads = new SplitByResponseSize(new RetryItemByItem(sender, ticker), new ResponseSizes());
    this.nextResolve = ticker.read() + RESOLVE_INTERVAL.toNanos();
    source.watch(sender);
  }

  private static ScheduledExecutorService newTimer() {
    return Executors.newSingleThreadScheduledExecutor(
        new ThreadFactoryBuilder().setNameFormat("head-client-timer").setDaemon(true).build());
  }

  /**
   * Scores a batch.
   *
   * @param message its bytes must stay as they are until the answer is there
   * @param nanosLeft how long an answer is of use; the client's own timeout may be shorter
   * @return the answer, or a failure: what the head service said, {@code UNAVAILABLE}, or {@code
   *     INTERNAL} when head replicas abort each stream that the message is sent on
   */
  public ListenableFuture<ScoreResponse> score(ScoreMessage message, long nanosLeft) {
    return heads.score(message, Math.min(nanosLeft, options.timeout().toNanos()));
  }

  /** Asks one replica for the heads that it has loaded, once one is available. */
  public ListenableFuture<ListHeadsResponse> list() {
    // All callers have the same future: the timeout of one must not cancel it for the others.
    ListenableFuture<?> first = Futures.nonCancellationPropagating(sender.firstReplica());
    ListenableFuture<ListHeadsResponse> heads =
        Futures.transformAsync(first, unused -> listNow(), MoreExecutors.directExecutor());
    return Futures.catchingAsync(
        Futures.withTimeout(heads, options.timeout().toMillis(), TimeUnit.MILLISECONDS, timer),
        TimeoutException.class,
        unused -> Futures.immediateFailedFuture(noReplica()),
        MoreExecutors.directExecutor());
  }

  private ServingException noReplica() {
    return ServingException.unavailable("there is no head replica at " + options.target());
  }

  private ListenableFuture<ListHeadsResponse> listNow() {
    Optional<Replica> replica = sender.replicas().any();
    return replica.isEmpty()
        ? Futures.immediateFailedFuture(noReplica())
        : HeadServiceGrpc.newFutureStub(replica.get().channel())
            .withDeadlineAfter(options.timeout().toNanos(), TimeUnit.NANOSECONDS)
            .listHeads(ListHeadsRequest.getDefaultInstance());
  }

  public ReplicaCounts replicas() {
    return sender.replicas().counts();
  }

  /** Maps that were sent to a replica and have no answer. */
  public int mapsInFlight() {
    return sender.mapsInFlight();
  }

  /** Maps that wait for a replica, or for their next attempt. */
  public int mapsWaiting() {
    return sender.mapsWaiting();
  }

  /** Enforces deadlines, ends streams that are silent or old, and resolves the name again. */
  void tick() {
    try {
      sender.tick();
      if (ticker.read() - nextResolve >= 0) {
        nextResolve = ticker.read() + RESOLVE_INTERVAL.toNanos();
        source.refresh();
      }
    } catch (RuntimeException e) {
      // An exception would cancel the ticks.
      logger.error("head client: {}", e.toString(), e);
    }
  }

  /** Ends the streams; requests without an answer fail. */
  @Override
  public void close() {
    sender.close();
    source.close();
    timer.shutdownNow();
  }
}
