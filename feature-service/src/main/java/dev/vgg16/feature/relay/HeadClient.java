package dev.vgg16.feature.relay;

import com.google.common.base.Throwables;
import com.google.common.base.Ticker;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.vgg16.serving.fault.ServingException;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.ListHeadsRequest;
import dev.vgg16.v1.ListHeadsResponse;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches of feature maps to the head replicas and gives back their scores.
 *
 * <p>A few long-lived streams are spread over the replicas; a batch goes to the one with the fewest
 * unanswered maps. A stream that has answered nothing yet gets one batch and no more: its replica
 * may hang. A stream is replaced after a while, so that new replicas get their share. When a stream
 * breaks, or answers nothing while requests wait, what it left unanswered is sent again on the one
 * that answered last, as often as the time allows; when the time is up the answer is {@code
 * UNAVAILABLE} with the last reason.
 *
 * <p>Nothing here blocks and nothing is bounded here: whoever sends must bound what is unanswered.
 * Thread-safe.
 */
public final class HeadClient implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(HeadClient.class);

  /** How often deadlines and ages are looked at. */
  private static final Duration TICK = Duration.ofMillis(100);

  /** gRPC waits ever longer between attempts to connect; a replica that returns must not wait. */
  private static final Duration RECONNECT = Duration.ofMillis(250);

  private static final Duration WARNING_INTERVAL = Duration.ofSeconds(1);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(10);
  private static final Duration MAX_BACKOFF = Duration.ofMillis(200);

  private static final String STOPPING = "the service is stopping";

  private final HeadClientOptions options;
  private final ManagedChannel channel;
  private final Ticker ticker;
  private final ScheduledExecutorService timer;

  // All below is guarded by this.
  private final List<HeadStream> open = new ArrayList<>();
  private final Set<HeadStream> retiring = new HashSet<>();
  private final Set<PendingScore> waiting = new HashSet<>();
  private long lastReconnect;
  private long lastWarning;
  private boolean warned;
  private boolean closed;

  /**
   * @param channel to all replicas, balanced; closed with this client
   */
  public HeadClient(ManagedChannel channel, HeadClientOptions options) {
    this(channel, options, Ticker.systemTicker(), newTimer());
    var unused =
        timer.scheduleWithFixedDelay(
            this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For tests, which call {@link #tick} themselves. */
  HeadClient(
      ManagedChannel channel,
      HeadClientOptions options,
      Ticker ticker,
      ScheduledExecutorService timer) {
    this.options = options;
    this.channel = channel;
    this.ticker = ticker;
    this.timer = timer;
    this.lastReconnect = ticker.read();
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
   * @return the answer, or a failure: what the head service said, or {@code UNAVAILABLE}
   */
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

  /** Asks one replica for the heads that it has loaded. */
  public ListenableFuture<ListHeadsResponse> list() {
    return HeadServiceGrpc.newFutureStub(channel)
        .withDeadlineAfter(options.timeout().toNanos(), TimeUnit.NANOSECONDS)
        .listHeads(ListHeadsRequest.getDefaultInstance());
  }

  /** Connects, without waiting for it, so that the first request need not. */
  public void connect() {
    ConnectivityState unused = channel.getState(true);
  }

  /** Ends the streams; what has no answer fails. */
  @Override
  public void close() {
    List<HeadStream> streams;
    List<PendingScore> left;
    synchronized (this) {
      closed = true;
      streams = streams();
      left = List.copyOf(waiting);
      waiting.clear();
    }
    left.forEach(pending -> fail(pending, STOPPING));
    streams.forEach(stream -> stream.abort(STOPPING));
    timer.shutdownNow();
    channel.shutdownNow();
  }

  private void send(PendingScore pending) {
    while (true) {
      Optional<HeadStream> stream = pending.attempts() > 0 ? liveliest() : leastLoaded();
      if (stream.isEmpty()) {
        fail(pending, STOPPING);
        return;
      }
      if (stream.get().send(pending)) {
        return;
      }
      forget(stream.get());
      Optional<Status> end = stream.get().end();
      if (end.isPresent()) {
        // While nobody can be connected, a stream ends as soon as it is opened.
        retry(List.of(pending), end.get());
        return;
      }
      // It was retired in between; the next round meets another.
    }
  }

  /** Empty once the client is closed. */
  private synchronized Optional<HeadStream> leastLoaded() {
    if (closed) {
      return Optional.empty();
    }
    if (open.size() < options.streams()) {
      return Optional.of(openStream());
    }
    return Optional.of(
        leastLoaded(HeadStream::isWorthARequest).or(() -> leastLoaded(stream -> true)).get());
  }

  private Optional<HeadStream> leastLoaded(Predicate<HeadStream> test) {
    return open.stream().filter(test).min(Comparator.comparingInt(HeadStream::unansweredMaps));
  }

  /** The one that answered last, or a new one. Empty once the client is closed. */
  private synchronized Optional<HeadStream> liveliest() {
    long now = ticker.read();
    return open.stream()
        .filter(HeadStream::hasAnswered)
        .min(Comparator.comparingLong(stream -> now - stream.answeredNanos()))
        .filter(stream -> !closed)
        .or(this::leastLoaded);
  }

  private HeadStream openStream() {
    HeadStream stream = HeadStream.open(channel, this::streamEnded, ticker);
    open.add(stream);
    return stream;
  }

  private synchronized void forget(HeadStream stream) {
    open.remove(stream);
    retiring.remove(stream);
  }

  private void streamEnded(HeadStream stream, Status status, List<PendingScore> unanswered) {
    forget(stream);
    retry(unanswered, status);
  }

  private void retry(List<PendingScore> unanswered, Status failure) {
    if (!unanswered.isEmpty() && mayWarn()) {
      logger.warn(
          "streams to head replicas break; the last left {} unanswered: {}",
          unanswered.size(),
          describe(failure));
    }
    unanswered.forEach(pending -> retry(pending, failure));
  }

  /** While the heads are down every attempt breaks a stream: one line a second tells enough. */
  private synchronized boolean mayWarn() {
    long now = ticker.read();
    if (warned && now - lastWarning < WARNING_INTERVAL.toNanos()) {
      return false;
    }
    warned = true;
    lastWarning = now;
    return true;
  }

  private void retry(PendingScore pending, Status failure) {
    int attempts = pending.failedWith(failure);
    synchronized (this) {
      if (!closed && isPassing(failure) && !pending.isExpired(ticker.read())) {
        waiting.add(pending);
        long backoff = backoff(attempts).toNanos();
        var unused = timer.schedule(() -> sendAgain(pending), backoff, TimeUnit.NANOSECONDS);
        return;
      }
    }
    fail(pending, pending.reason());
  }

  private static Duration backoff(int attempts) {
    Duration doubled = FIRST_BACKOFF.multipliedBy(1L << Math.min(attempts - 1, 10));
    return doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
  }

  /** Whether another replica, or the same one later, may well answer. */
  private static boolean isPassing(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE, CANCELLED, INTERNAL, UNKNOWN, ABORTED -> true;
      default -> false;
    };
  }

  private void sendAgain(PendingScore pending) {
    synchronized (this) {
      if (!waiting.remove(pending)) {
        return;
      }
    }
    send(pending);
  }

  /** Fails what is out of time, replaces streams that hang or are old, and connects again. */
  void tick() {
    try {
      long now = ticker.read();
      failExpired(now);
      abortStalled(now);
      retireOld(now);
      reconnect(now);
    } catch (RuntimeException e) {
      // An exception would end the timer.
      logger.error("head client: {}", e.toString(), e);
    }
  }

  private void failExpired(long now) {
    List<PendingScore> expired = new ArrayList<>();
    synchronized (this) {
      waiting.stream().filter(p -> p.isExpired(now)).forEach(expired::add);
      expired.forEach(waiting::remove);
    }
    streams().forEach(stream -> expired.addAll(stream.expired(now)));
    expired.forEach(pending -> fail(pending, pending.reason()));
  }

  /** A replica that hangs keeps its connection: only that it does not answer tells. */
  private void abortStalled(long now) {
    for (HeadStream stream : streams()) {
      if (stream.isStalled(now, options.stallTimeout())) {
        stream.abort(
            "the replica answered nothing for " + options.stallTimeout().toMillis() + " ms");
      }
    }
  }

  private synchronized List<HeadStream> streams() {
    List<HeadStream> streams = new ArrayList<>(open);
    streams.addAll(retiring);
    return streams;
  }

  private void retireOld(long now) {
    List<HeadStream> old = new ArrayList<>();
    synchronized (this) {
      for (HeadStream stream : open) {
        if (now - stream.openedNanos() >= options.maxStreamAge().toNanos()) {
          old.add(stream);
        }
      }
      open.removeAll(old);
      retiring.addAll(old);
    }
    old.forEach(HeadStream::retire);
  }

  private void reconnect(long now) {
    synchronized (this) {
      if (now - lastReconnect < RECONNECT.toNanos()) {
        return;
      }
      lastReconnect = now;
    }
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
  }

  private void fail(PendingScore pending, String reason) {
    pending
        .answer()
        .setException(
            ServingException.unavailable(
                "no head replica answered at %s: %s".formatted(options.target(), reason)));
  }

  /** A status in words; the description of a broken connection is in its cause. */
  static String describe(Status status) {
    StringBuilder text = new StringBuilder(status.getCode().toString());
    if (status.getDescription() != null) {
      text.append(' ').append(status.getDescription());
    }
    if (status.getCause() != null) {
      text.append(": ").append(Throwables.getRootCause(status.getCause()).getMessage());
    }
    return text.toString();
  }
}
