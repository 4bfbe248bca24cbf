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
 * Sends messages to replicas until they are answered, and decides what becomes of those that a
 * stream left unanswered; see {@link ResendPolicy}. When the time is up the answer is {@code
 * UNAVAILABLE} with the last reason. Nothing here blocks. Thread-safe.
 */
final class ScoreSender implements MapRelay.Heads, Replica.Listener, HeadReplicas.Listener {

  private static final Logger logger = LoggerFactory.getLogger(ScoreSender.class);

  /** How often a message is sent that breaks streams. */
  static final int MAX_REFUSALS = 4;

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
  private volatile String lookup = "the name was not resolved yet";

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

  /** Done once a replica can be sent to; from then on replicas may still come and go. */
  ListenableFuture<Void> firstReplica() {
    return firstReplica;
  }

  /**
   * @return the answer; or a failure: what the head service said, {@link RefusedException}, or
   *     {@code UNAVAILABLE}
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
   * Never throws: parts of a batch that were sent before this one read the same buffer, which is in
   * use until each has its answer.
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
      // Its time was up in between: the buffer may have other maps by now.
      return;
    }
    Optional<Replica> replica = replicas.pick(pending.maps(), pending::failedAt);
    if (replica.isPresent()) {
      replica.get().send(pending).ifPresent(end -> retry(pending, end, replica.get().address()));
    } else if (!queue.awaitReplica(pending)) {
      fail(pending, STOPPING);
    } else if (replicas.anyIsAvailable()) {
      // It came in between, and did not see this one wait.
      queue.release();
    }
  }

  @Override
  public void available() {
    try {
      // Not on the connection's thread, which has others to serve.
      timer.execute(this::release);
    } catch (RejectedExecutionException e) {
      logger.debug("closed in between");
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
    } else if (pending.refusals() >= MAX_REFUSALS) {
      pending.answer().setException(new RefusedException(pending.refusals(), failure));
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
    lookup = reason;
  }

  /** Fails what is out of time, and lets the replicas do what is due. */
  void tick() {
    long now = ticker.read();
    queue.takeExpired(now).forEach(pending -> fail(pending, reason(pending)));
    for (Replica replica : replicas.all()) {
      replica.expired(now).forEach(pending -> fail(pending, reason(pending)));
    }
    replicas.tick(now);
    outages.tick(replicas.anyIsAvailable(), now, this::whyNone);
  }

  private String reason(PendingScore pending) {
    return pending.reason().orElseGet(this::whyNone);
  }

  private String whyNone() {
    return replicas
        .lastFailure()
        .orElseGet(() -> replicas.any().isPresent() ? "no answer came" : lookup);
  }

  private void fail(PendingScore pending, String reason) {
    pending
        .answer()
        .setException(
            ServingException.unavailable(
                "no head replica answered at %s: %s".formatted(options.target(), reason)));
  }

  /** Ends the streams; what has no answer fails. */
  void close() {
    closed = true;
    queue.close().forEach(pending -> fail(pending, STOPPING));
    replicas.close(STOPPING);
  }
}
