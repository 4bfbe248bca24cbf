package dev.vgg16.feature.relay;

import com.google.common.base.Ticker;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One head replica: its connection and the streams on it. Nothing here blocks. Thread-safe.
 *
 * <p>When a replica with unanswered requests is silent for the stall timeout, its streams are
 * aborted: a replica that hangs keeps its connection, and only its silence shows that it hangs.
 */
final class Replica {

  /** Called outside of any lock but that of a stream. */
  interface Listener {

    /** The replica has become available. */
    void available();

    /**
     * A stream has ended.
     *
     * @param unanswered the requests that were sent on it and got no answer
     */
    void ended(Replica replica, Status status, List<PendingScore> unanswered);
  }

  /** After so many broken streams without an answer in between, the replica is avoided. */
  private static final int MAX_FAILURES = 3;

  /** How long other replicas are preferred then. */
  private static final Duration FAILURE_BACKOFF = Duration.ofSeconds(1);

  /**
   * How long a request may stay unanswered after its deadline while the replica reports progress,
   * which may be progress of other requests.
   */
  static final Duration OVERDUE = Duration.ofSeconds(30);

  private final SocketAddress address;
  private final ManagedChannel channel;
  private final HeadClientOptions options;
  private final Ticker ticker;
  private final Listener listener;
  private final Availability availability;
  private final StreamPool streams;
  private final ReplicaBackoff backoff = new ReplicaBackoff();

  private volatile boolean hasAnswered;
  private volatile long lastMessageNanos;
  private volatile int failures;
  private volatile long failedNanos;

  /**
   * @param channel to it alone; closed with this
   */
  Replica(
      SocketAddress address,
      ManagedChannel channel,
      HeadClientOptions options,
      Listener listener,
      Ticker ticker) {
    this.address = address;
    this.channel = channel;
    this.options = options;
    this.ticker = ticker;
    this.listener = listener;
    this.availability =
        new Availability(channel, options.stallTimeout(), ticker, listener::available);
    this.streams =
        new StreamPool(
            channel, options.streams(), options.maxStreamAge(), new StreamListener(), ticker);
    this.lastMessageNanos = ticker.read();
  }

  SocketAddress address() {
    return address;
  }

  ManagedChannel channel() {
    return channel;
  }

  boolean isAvailable() {
    return availability.isAvailable();
  }

  /** Why it is not available. */
  Status lastFailure() {
    return availability.lastFailure();
  }

  int unansweredMaps() {
    return streams.unansweredMaps();
  }

  /** Whether it has answered a request since it became available. */
  boolean hasAnswered() {
    return hasAnswered;
  }

  /** Whether streams to it break one after the other, though health checks succeed. */
  boolean fails(long now) {
    return failures >= MAX_FAILURES && now - failedNanos < FAILURE_BACKOFF.toNanos();
  }

  /** Whether it refused this service lately, whatever the message, and has answered none since. */
  boolean refusesService(long now) {
    return backoff.isOn(now);
  }

  /** Empty when it was sent; else why a stream ended before it could be. */
  Optional<Status> send(PendingScore pending) {
    Optional<Status> end = streams.send(pending);
    end.ifPresent(this::streamBroke);
    return end;
  }

  List<PendingScore> expired(long now) {
    return streams.expired(now);
  }

  /** Sends the health check that is due, and ends streams that are silent, overdue or old. */
  void tick(long now) {
    availability.check(now);
    List<HeadStream> stalled = streams.stalled(now, options.stallTimeout());
    if (!stalled.isEmpty()) {
      boolean silent = now - lastMessageNanos >= options.stallTimeout().toNanos();
      String reason = "the replica was silent for " + options.stallTimeout().toMillis() + " ms";
      (silent ? streams.all() : stalled).forEach(stream -> stream.abort(reason));
    }
    String overdue =
        "the replica has left a request unanswered for %d s after its time was up"
            .formatted(OVERDUE.toSeconds());
    streams.overdue(now, OVERDUE).forEach(stream -> stream.abort(overdue));
    streams.retireOld(now);
  }

  /** Accepts no more requests, and ends when all are answered. */
  void leave() {
    streams.retireAll();
    channel.shutdown();
  }

  /** Ends now; unanswered requests go to the listener. */
  void close(String reason) {
    streams.all().forEach(stream -> stream.abort(reason));
    channel.shutdownNow();
  }

  private void streamBroke(Status status) {
    if (ResendPolicy.after(status) == ResendPolicy.ANYWHERE) {
      hasAnswered = false;
      availability.streamBroke(status);
    } else if (ResendPolicy.after(status) == ResendPolicy.OTHER_REPLICA) {
      hasAnswered = false;
      backoff.refused(ticker.read());
    }
  }

  private final class StreamListener implements HeadStream.Listener {

    @Override
    public void answered() {
      lastMessageNanos = ticker.read();
      hasAnswered = true;
      failures = 0;
      backoff.answered();
    }

    @Override
    public void progressed() {
      lastMessageNanos = ticker.read();
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // A count that is off by one does no harm.
    public void ended(HeadStream stream, Status status, List<PendingScore> unanswered) {
      streams.forget(stream);
      if (!unanswered.isEmpty()) {
        failures++;
        failedNanos = ticker.read();
        hasAnswered &= failures < MAX_FAILURES;
      }
      streamBroke(status);
      listener.ended(Replica.this, status, unanswered);
    }
  }
}
