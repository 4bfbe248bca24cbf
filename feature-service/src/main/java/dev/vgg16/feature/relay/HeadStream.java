package dev.vgg16.feature.relay;

import com.google.common.base.Ticker;
import dev.vgg16.serving.grpc.Statuses;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One stream to one head replica. It ends when the replica ends it, or after {@link #retire}; what
 * has no answer then goes back to the listener. Thread-safe.
 *
 * <p>gRPC may end the stream within any call here, and then tells the listener on the same thread.
 */
final class HeadStream {

  /** Told when the stream is over. */
  interface Listener {

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

  private volatile boolean hasAnswered;
  private volatile long answeredNanos;

  // All below is guarded by this. `out` is used under it too: it is not thread-safe.
  private final Map<String, PendingScore> unanswered = new HashMap<>();
  private StreamObserver<ScoreStreamMethod.Request> out;
  private long lastId;
  private long progressNanos;
  private boolean retired;
  private Optional<Status> end = Optional.empty();

  private HeadStream(Listener listener, Ticker ticker) {
    this.listener = listener;
    this.ticker = ticker;
    this.openedNanos = ticker.read();
  }

  static HeadStream open(Channel channel, Listener listener, Ticker ticker) {
    HeadStream stream = new HeadStream(listener, ticker);
    synchronized (stream) {
      // Outside the call that happens to open it, with which it would end.
      Context.ROOT.run(
          () ->
              stream.out =
                  ClientCalls.asyncBidiStreamingCall(
                      channel.newCall(ScoreStreamMethod.DESCRIPTOR, CallOptions.DEFAULT),
                      stream.new Answers()));
    }
    return stream;
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

  /** Whether its replica has shown that it answers. */
  boolean hasAnswered() {
    return hasAnswered;
  }

  /** When it did so last. */
  long answeredNanos() {
    return answeredNanos;
  }

  /** Whether its replica has shown that it answers, or has had no occasion to. */
  boolean isWorthARequest() {
    return hasAnswered || unansweredMaps == 0;
  }

  /** Why the stream is over; empty while it is not. */
  synchronized Optional<Status> end() {
    return end;
  }

  /** Sends a request; returns false when the stream takes no more. */
  synchronized boolean send(PendingScore pending) {
    if (retired || end.isPresent()) {
      return false;
    }
    if (unanswered.isEmpty()) {
      progressNanos = ticker.read();
    }
    String id = Long.toString(++lastId);
    unanswered.put(id, pending);
    addUnanswered(pending.maps());
    out.onNext(new ScoreStreamMethod.Request(id, pending.message()));
    return true;
  }

  /** Takes no more, and ends when all is answered. */
  synchronized void retire() {
    if (!retired && end.isEmpty()) {
      retired = true;
      out.onCompleted();
    }
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

  /** Whether requests wait and nothing was answered for this long. */
  synchronized boolean isStalled(long now, Duration timeout) {
    return !unanswered.isEmpty() && now - progressNanos >= timeout.toNanos();
  }

  /** The requests whose time is up before they were answered. */
  synchronized List<PendingScore> expired(long now) {
    return unanswered.values().stream()
        .filter(pending -> !pending.isAnswered() && pending.isExpired(now))
        .toList();
  }

  private synchronized PendingScore take(String id) {
    PendingScore pending = unanswered.remove(id);
    if (pending != null) {
      addUnanswered(-pending.maps());
      progressNanos = ticker.read();
      answeredNanos = progressNanos;
      hasAnswered = true;
    }
    return pending;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Written under the lock only.
  private void addUnanswered(int maps) {
    unansweredMaps += maps;
  }

  private void end(Status status) {
    List<PendingScore> left;
    synchronized (this) {
      if (end.isPresent()) {
        return;
      }
      end = Optional.of(status);
      left = unanswered.values().stream().filter(pending -> !pending.isAnswered()).toList();
      unanswered.clear();
      unansweredMaps = 0;
    }
    listener.ended(this, status, left);
  }

  private final class Answers implements StreamObserver<ScoreStreamResponse> {

    @Override
    public void onNext(ScoreStreamResponse response) {
      PendingScore pending = take(response.getId());
      if (pending == null) {
        return;
      }
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
      end(Status.UNAVAILABLE.withDescription("the head replica ended the stream"));
    }
  }
}
