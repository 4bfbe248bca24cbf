package dev.vgg16.feature.relay;

import com.google.common.base.Ticker;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One stream to one head replica. It ends when the replica ends it, or after {@link #retire}; what
 * has no answer then goes back to the listener. Thread-safe.
 *
 * <p>gRPC may end the stream within any call here, on the same thread. The listener is told once
 * the stream's lock is free.
 */
final class HeadStream {

  /** Told what becomes of the stream. */
  interface Listener {

    /** The replica answered, or said that it works. */
    void heard(boolean answer);

    /**
     * @param unanswered what was sent and got no answer, in the order of sending
     */
    void ended(HeadStream stream, Status status, List<PendingScore> unanswered);
  }

  private final Listener listener;
  private final Ticker ticker;
  private final long openedNanos;

  /** Read without the lock, so that whoever chooses a stream waits for none. Written under it. */
  private volatile int unansweredMaps;

  @GuardedBy("this")
  private final Map<String, PendingScore> unanswered = new LinkedHashMap<>();

  /** Not thread-safe by itself. Set by {@link #begin}, before anyone has the stream. */
  @GuardedBy("this")
  @SuppressWarnings("NullAway.Init")
  private StreamObserver<ScoreStreamMethod.Request> out;

  @GuardedBy("this")
  private long lastId;

  @GuardedBy("this")
  private long progressNanos;

  @GuardedBy("this")
  private boolean retired;

  @GuardedBy("this")
  private Optional<Status> end = Optional.empty();

  @GuardedBy("this")
  private boolean endIsTold;

  private HeadStream(Listener listener, Ticker ticker) {
    this.listener = listener;
    this.ticker = ticker;
    this.openedNanos = ticker.read();
  }

  static HeadStream open(Channel channel, Listener listener, Ticker ticker) {
    HeadStream stream = new HeadStream(listener, ticker);
    // Outside the call that happens to open it, with which it would end.
    Context.ROOT.run(() -> stream.begin(channel));
    stream.tellEnd();
    return stream;
  }

  private synchronized void begin(Channel channel) {
    out =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(ScoreStreamMethod.DESCRIPTOR, CallOptions.DEFAULT),
            new ResponseObserver());
  }

  long openedNanos() {
    return openedNanos;
  }

  /**
   * What the replica still has to do. Those whose time is up count too: it works on them, or hangs.
   */
  int unansweredMaps() {
    return unansweredMaps;
  }

  /** Why the stream is over; empty while it is not. */
  synchronized Optional<Status> end() {
    return end;
  }

  /**
   * Sends a request; returns false when the stream takes no more. When this throws, the request was
   * not sent, and its bytes are not read any more.
   */
  boolean send(PendingScore pending) {
    try {
      return tryToSend(pending);
    } finally {
      tellEnd();
    }
  }

  private synchronized boolean tryToSend(PendingScore pending) {
    if (retired || end.isPresent()) {
      return false;
    }
    if (unanswered.isEmpty()) {
      progressNanos = ticker.read();
    }
    String id = Long.toString(++lastId);
    unanswered.put(id, pending);
    addUnanswered(pending.maps());
    try {
      out.onNext(new ScoreStreamMethod.Request(id, pending.message()));
    } catch (RuntimeException | Error e) {
      // Its sender hears of it now, and not with what the stream leaves unanswered.
      if (unanswered.remove(id) != null && end.isEmpty()) {
        addUnanswered(-pending.maps());
      }
      throw e;
    }
    return true;
  }

  /** Takes no more, and ends when all is answered. */
  void retire() {
    synchronized (this) {
      if (!retired && end.isEmpty()) {
        retired = true;
        out.onCompleted();
      }
    }
    tellEnd();
  }

  private synchronized boolean isRetired() {
    return retired;
  }

  /** Ends now; what has no answer goes back to the listener. */
  void abort(String reason) {
    Status status = Status.UNAVAILABLE.withDescription(reason);
    // First, so that this is the reason that the listener hears.
    end(status);
    synchronized (this) {
      out.onError(status.asRuntimeException());
    }
  }

  /** Whether requests wait and nothing was heard for this long. */
  synchronized boolean isStalled(long now, Duration timeout) {
    return !unanswered.isEmpty() && now - progressNanos >= timeout.toNanos();
  }

  /** Whether the time of a request was up this long ago, and it has no answer still. */
  synchronized boolean isOverdue(long now, Duration limit) {
    return unanswered.values().stream()
        .anyMatch(pending -> pending.isExpired(now - limit.toNanos()));
  }

  /** The requests whose time is up before they were answered. */
  synchronized List<PendingScore> expired(long now) {
    return unanswered.values().stream()
        .filter(pending -> !pending.isAnswered() && pending.isExpired(now))
        .toList();
  }

  private synchronized @Nullable PendingScore take(String id) {
    PendingScore pending = unanswered.remove(id);
    if (pending != null) {
      addUnanswered(-pending.maps());
      progressNanos = ticker.read();
    }
    return pending;
  }

  private synchronized void progress() {
    progressNanos = ticker.read();
  }

  @GuardedBy("this")
  @SuppressWarnings("NonAtomicVolatileUpdate") // Written under the lock only.
  private void addUnanswered(int maps) {
    unansweredMaps += maps;
  }

  private void end(Status status) {
    synchronized (this) {
      if (end.isEmpty()) {
        end = Optional.of(status);
        unansweredMaps = 0;
      }
    }
    if (!Thread.holdsLock(this)) {
      tellEnd();
    }
  }

  private void tellEnd() {
    Status status;
    List<PendingScore> left;
    synchronized (this) {
      if (end.isEmpty() || endIsTold) {
        return;
      }
      endIsTold = true;
      status = end.get();
      left = unanswered.values().stream().filter(pending -> !pending.isAnswered()).toList();
      unanswered.clear();
    }
    listener.ended(this, status, left);
  }

  private final class ResponseObserver implements StreamObserver<ScoreStreamResponse> {

    @Override
    public void onNext(ScoreStreamResponse response) {
      if (response.hasProgress()) {
        progress();
        listener.heard(false);
        return;
      }
      PendingScore pending = take(response.getId());
      if (pending == null) {
        return;
      }
      listener.heard(true);
      // Without effect where its time was up.
      if (response.hasError()) {
        pending.answer().setException(Statuses.fromProto(response.getError()));
      } else {
        pending.answer().set(response.getResponse());
      }
    }

    @Override
    public void onError(Throwable t) {
      end(Status.fromThrowable(t));
    }

    @Override
    public void onCompleted() {
      end(
          isRetired()
              ? Status.OK
              : Status.UNAVAILABLE.withDescription("the head replica ended the stream"));
    }
  }
}
