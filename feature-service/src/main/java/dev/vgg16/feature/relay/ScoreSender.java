package dev.vgg16.feature.relay;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages to replicas until they are answered, again when a stream ends without an answer
 * ({@link ResendPolicy} says whether). At the deadline the answer is {@code UNAVAILABLE} with the
 * last reason. Nothing here blocks. Thread-safe.
 */
final class ScoreSender implements MapRelay.Heads, Replica.Listener, HeadReplicas.Listener {

  private static final Logger logger = LoggerFactory.getLogger(ScoreSender.class);

  /** Attempts to send a message whose streams are aborted. */
  static final int MAX_ABORTS = 4;

  private static final String STOPPING = "the service is stopping";

  private final HeadClientOptions options;
  private final Ticker ticker;
  private final ReplicaSet replicas;
  private final RetryQueue queue;
  private final ScheduledExecutorService timer;
  private final WarningRateLimit warnings;
  private final OutageLog outages;
  private final SettableFuture<Void> firstReplica = SettableFuture.create();
  private volatile boolean closed;
  private volatile String resolution = "the name was not resolved yet";

  ScoreSender(
      HeadReplicas source,
      HeadClientOptions options,
      Ticker ticker,
      ScheduledExecutorService timer) {
    this.options = options;
    this.ticker = ticker;
    this.replicas =
        new ReplicaSet(
            address -> new Replica(address, source.connect(address), options, this, ticker),
            ticker);
    this.timer = timer;
    this.queue = new RetryQueue(timer, this::send);
    this.warnings = new WarningRateLimit(ticker);
    this.outages = new OutageLog(options.target(), ticker.read());
  }

  ReplicaSet replicas() {
    return replicas;
  }

  /** Maps that were sent to a replica and have no answer. */
  int mapsInFlight() {
    return replicas.all().stream().mapToInt(Replica::unansweredMaps).sum();
  }

  /** Maps that wait for a replica, or for their next attempt. */
  int mapsWaiting() {
    return queue.maps();
  }

  /** Done once a replica is available; later there may be none again. */
  ListenableFuture<Void> firstReplica() {
    return firstReplica;
  }

  /**
   * @return the answer; or a failure: what the head service said, {@link RequestAbortedException},
   *     or {@code UNAVAILABLE}
   */
  @Override
  public ListenableFuture<ScoreResponse> score(ScoreMessage message, long nanosLeft) {
    long wait = Math.min(nanosLeft, options.timeout().toNanos());
    PendingScore pending = new PendingScore(message, ticker.read() + wait);
    if (wait <= 0) {
      fail(pending, "the time was up before it was asked");
    } else {
      send(pending);
    }
    return pending.answer();
  }

  /**
   * Never throws: other parts of the batch may have been sent already, and read its buffer until
   * they are answered.
   */
  private void send(PendingScore pending) {
    try {
      trySend(pending);
    } catch (RuntimeException | Error e) {
      logger.error("a request to the heads can't be sent: {}", e.toString(), e);
      pending
          .answer()
          .setException(
              Status.INTERNAL
                  .withDescription("the maps can't be sent to the heads: " + e)
                  .withCause(e)
                  .asRuntimeException());
    }
  }

  private void trySend(PendingScore pending) {
    if (pending.isAnswered()) {
      // It ran out of time meanwhile: the buffer may hold other maps by now.
      return;
    }
    Optional<Replica> replica = replicas.pick(pending.maps(), pending::failedAt);
    if (replica.isPresent()) {
      replica.get().send(pending).ifPresent(end -> retry(pending, end, replica.get().address()));
    } else if (!queue.awaitReplica(pending)) {
      fail(pending, STOPPING);
    } else if (replicas.anyIsAvailable()) {
      // It became available after the choice, and may not have seen that this request waits.
      queue.release();
    }
  }

  @Override
  public void available() {
    try {
      // Not on the connection's event loop, which must not send a whole queue.
      timer.execute(this::release);
    } catch (RejectedExecutionException e) {
      logger.debug("a replica became available after the close");
    }
  }

  private void release() {
    firstReplica.set(null);
    queue.release();
  }

  @Override
  public void ended(Replica replica, Status status, List<PendingScore> unanswered) {
    if (!unanswered.isEmpty() && warnings.mayWarn()) {
      logger.warn(
          "streams to head replicas break; the last, to {}, left {} unanswered: {}",
          replica.address(),
          unanswered.size(),
          StatusDescriptions.of(status));
    }
    unanswered.forEach(pending -> retry(pending, status, replica.address()));
  }

  private void retry(PendingScore pending, Status failure, SocketAddress at) {
    pending.failedWith(failure, at);
    if (closed) {
      fail(pending, STOPPING);
    } else if (pending.isExpired(ticker.read()) || replicas.allMatch(pending::isRefusedBy)) {
      fail(pending, reason(pending));
    } else if (pending.aborts() >= MAX_ABORTS) {
      pending.answer().setException(new RequestAbortedException(pending.aborts(), failure));
    } else if (!queue.backOff(pending)) {
      fail(pending, STOPPING);
    }
  }

  @Override
  public void found(Set<SocketAddress> addresses) {
    replicas.replaceWith(addresses);
  }

  @Override
  public void notFound(String reason) {
    resolution = reason;
  }

  /** Fails the requests that are out of time, and ticks the replicas. */
  void tick() {
    long now = ticker.read();
    queue.takeExpired(now).forEach(pending -> fail(pending, reason(pending)));
    for (Replica replica : replicas.all()) {
      replica.expired(now).forEach(pending -> fail(pending, reason(pending)));
    }
    replicas.tick(now);
    outages.tick(replicas.anyIsAvailable(), now, this::whyNoReplica);
  }

  private String reason(PendingScore pending) {
    return pending.reason().orElseGet(this::whyNoReplica);
  }

  private String whyNoReplica() {
    return replicas
        .lastFailure()
        .orElseGet(() -> replicas.any().isPresent() ? "no answer came" : resolution);
  }

  private void fail(PendingScore pending, String reason) {
    pending
        .answer()
        .setException(
            ServingException.unavailable(
                "no head replica answered at %s: %s".formatted(options.target(), reason)));
  }

  /** Ends the streams; requests without an answer fail. */
  void close() {
    closed = true;
    queue.close().forEach(pending -> fail(pending, STOPPING));
    replicas.close(STOPPING);
  }
}
