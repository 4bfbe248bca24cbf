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
 * <p>A replica that was silent for the stall timeout while requests waited is given up: it keeps
 * its connection, and only that it says nothing tells that it hangs.
 */
final class Replica {

  /** Told of replicas, outside of any lock but that of a stream. */
  interface Listener {

    /** Maps may go to it now, and could not before. */
    void available();

    /**
     * A stream is over.
     *
     * @param unanswered what was sent on it and got no answer
     */
    void ended(Replica replica, Status status, List<PendingScore> unanswered);
  }

  /** So many lost streams without an answer in between are no accident. */
  private static final int MAX_FAILURES = 3;

  /** How long others are preferred then, before it gets another try. */
  private static final Duration AVOIDED = Duration.ofSeconds(1);

  /**
   * How long a request may stay without an answer after its time was up, though the replica says
   * that it makes progress: that may be with the requests of others.
   */
  static final Duration OVERDUE = Duration.ofSeconds(30);

  private final SocketAddress address;
  private final ManagedChannel channel;
  private final HeadClientOptions options;
  private final Ticker ticker;
  private final Listener listener;
  private final Availability availability;
  private final StreamPool streams;
  private final ReplicaBackoff avoidance = new ReplicaBackoff();

  private volatile boolean hasAnswered;
  private volatile long heardNanos;
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
        new StreamPool(channel, options.streams(), options.maxStreamAge(), new Streams(), ticker);
    this.heardNanos = ticker.read();
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

  /** Whether it has shown that it answers since it became available. */
  boolean hasAnswered() {
    return hasAnswered;
  }

  /** Whether streams to it break one after the other, though it can be reached. */
  boolean fails(long now) {
    return failures >= MAX_FAILURES && now - failedNanos < AVOIDED.toNanos();
  }

  /**
   * Whether it refused this service a while ago, whatever the message, and has answered none since.
   */
  boolean refusesService(long now) {
    return avoidance.isOn(now);
  }

  /** Empty when it was sent; else why a stream ended before it could be. */
  Optional<Status> send(PendingScore pending) {
    Optional<Status> end = streams.send(pending);
    end.ifPresent(this::lost);
    return end;
  }

  List<PendingScore> expired(long now) {
    return streams.expired(now);
  }

  /** Does what is due. */
  void tick(long now) {
    availability.check(now);
    List<HeadStream> stalled = streams.stalled(now, options.stallTimeout());
    if (!stalled.isEmpty()) {
      boolean silent = now - heardNanos >= options.stallTimeout().toNanos();
      String reason = "the replica was silent for " + options.stallTimeout().toMillis() + " ms";
      (silent ? streams.all() : stalled).forEach(stream -> stream.abort(reason));
    }
    String overdue =
        "the replica has left a request unanswered for %d s after its time was up"
            .formatted(OVERDUE.toSeconds());
    streams.overdue(now, OVERDUE).forEach(stream -> stream.abort(overdue));
    streams.retireOld(now);
  }

  /** Takes nothing from now on, and ends when all is answered. */
  void leave() {
    streams.retireAll();
    channel.shutdown();
  }

  /** Ends now; what has no answer goes to the listener. */
  void close(String reason) {
    streams.all().forEach(stream -> stream.abort(reason));
    channel.shutdownNow();
  }

  private void lost(Status status) {
    if (ResendPolicy.after(status) == ResendPolicy.ANYWHERE) {
      hasAnswered = false;
      availability.lost(status);
    } else if (ResendPolicy.after(status) == ResendPolicy.OTHER_REPLICA) {
      hasAnswered = false;
      avoidance.refused(ticker.read());
    }
  }

  private final class Streams implements HeadStream.Listener {

    @Override
    public void heard(boolean answer) {
      heardNanos = ticker.read();
      if (answer) {
        hasAnswered = true;
        failures = 0;
        avoidance.answered();
      }
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
      lost(status);
      listener.ended(Replica.this, status, unanswered);
    }
  }
}
