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
 * One stream to one head replica, opened by its first request. It ends when the replica ends it, or
 * after {@link #retire}; its unanswered requests then go back to the listener. Thread-safe.
 *
 * <p>gRPC may end the stream within any call here, on the same thread. The listener is called once
 * the stream's lock is free.
 */
final class HeadStream {

  /** Called on what the stream receives, and on its end. */
  interface Listener {

    /** The replica answered a request. */
    void answered();

    /** The replica reported progress. */
    void progressed();

    /**
     * @param unanswered what was sent and got no answer, in the order of sending
     */
    void ended(HeadStream stream, Status status, List<PendingScore> unanswered);
  }

  private final Channel channel;
  private final Listener listener;
  private final Ticker ticker;
  private final long createdNanos;

  /** Written under the lock; read without it, so that choosing a stream waits for none. */
  private volatile int unansweredMaps;

  @GuardedBy("this")
  private final Map<String, PendingScore> unanswered = new LinkedHashMap<>();

  /** Not thread-safe by itself. Null before the first request. */
  @GuardedBy("this")
  private @Nullable StreamObserver<ScoreStreamMethod.Request> out;

  @GuardedBy("this")
  private long lastId;

  @GuardedBy("this")
  private long progressNanos;

  @GuardedBy("this")
  private boolean retired;

  @GuardedBy("this")
  private Optional<Status> end = Optional.empty();

  @GuardedBy("this")
  private boolean endIsReported;

  HeadStream(Channel channel, Listener listener, Ticker ticker) {
    this.channel = channel;
    this.listener = listener;
    this.ticker = ticker;
    this.createdNanos = ticker.read();
  }

  long createdNanos() {
    return createdNanos;
  }

  /**
   * Maps that were sent and have no answer. Those that are out of time count too: the replica still
   * works on them, or hangs.
   */
  int unansweredMaps() {
    return unansweredMaps;
  }

  /** Why the stream has ended; empty while it has not. */
  synchronized Optional<Status> end() {
    return end;
  }

  /**
   * Sends a request; returns false when the stream accepts no more. When this throws, the request
   * was not sent, and its bytes are no longer read.
   */
  boolean send(PendingScore pending) {
    try {
      return tryToSend(pending);
    } finally {
      reportEnd();
    }
  }

  private synchronized boolean tryToSend(PendingScore pending) {
    if (retired || end.isPresent()) {
      return false;
    }
    StreamObserver<ScoreStreamMethod.Request> requests = opened();
    if (end.isPresent()) {
      // While the replica can't be reached, a stream ends as soon as it is opened.
      return false;
    }
    if (unanswered.isEmpty()) {
      progressNanos = ticker.read();
    }
    String id = Long.toString(++lastId);
    unanswered.put(id, pending);
    addUnanswered(pending.maps());
    try {
      requests.onNext(new ScoreStreamMethod.Request(id, pending.message()));
    } catch (RuntimeException | Error e) {
      // The sender gets this exception; the request must not count as unanswered as well.
      if (unanswered.remove(id) != null && end.isEmpty()) {
        addUnanswered(-pending.maps());
      }
      throw e;
    }
    return true;
  }

  @GuardedBy("this")
  private StreamObserver<ScoreStreamMethod.Request> opened() {
    if (out == null) {
      // Not in the trace of the first map: the stream is for the maps of others too.
      out = io.opentelemetry.context.Context.root().wrapSupplier(this::open).get();
    }
    return out;
  }

  private StreamObserver<ScoreStreamMethod.Request> open() {
    // Not in the context of the caller's gRPC call, whose end would cancel the stream.
    Context previous = Context.ROOT.attach();
    try {
      return ClientCalls.asyncBidiStreamingCall(
          channel.newCall(ScoreStreamMethod.DESCRIPTOR, CallOptions.DEFAULT),
          new ResponseObserver());
    } finally {
      Context.ROOT.detach(previous);
    }
  }

  /** Accepts no more requests, and ends when all are answered. */
  void retire() {
    synchronized (this) {
      if (!retired && end.isEmpty()) {
        retired = true;
        if (out == null) {
          end = Optional.of(Status.OK);
        } else {
          out.onCompleted();
        }
      }
    }
    reportEnd();
  }

  /** Whether {@link #retire} was called. */
  synchronized boolean isRetired() {
    return retired;
  }

  /** Ends now; unanswered requests go back to the listener. */
  void abort(String reason) {
    Status status = Status.UNAVAILABLE.withDescription(reason);
    // First, so that the listener gets this reason.
    end(status);
    synchronized (this) {
      if (out != null) {
        out.onError(status.asRuntimeException());
      }
    }
  }

  /** Whether there are unanswered requests and nothing was received for this long. */
  synchronized boolean isStalled(long now, Duration timeout) {
    return !unanswered.isEmpty() && now - progressNanos >= timeout.toNanos();
  }

  /** Whether a request has been out of time for this long and still has no answer. */
  synchronized boolean isOverdue(long now, Duration limit) {
    return unanswered.values().stream()
        .anyMatch(pending -> pending.isExpired(now - limit.toNanos()));
  }

  /** The unanswered requests that are out of time. */
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
      reportEnd();
    }
  }

  private void reportEnd() {
    Status status;
    List<PendingScore> left;
    synchronized (this) {
      if (end.isEmpty() || endIsReported) {
        return;
      }
      endIsReported = true;
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
        listener.progressed();
        return;
      }
      PendingScore pending = take(response.getId());
      if (pending == null) {
        return;
      }
      listener.answered();
      // Without effect when the request is out of time and has failed.
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
