package dev.vgg16.feature.relay;

import dev.vgg16.serving.grpc.Statuses;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * One stream to one head replica. It ends when the replica ends it, or after {@link #retire}; what
 * has no answer then goes back to the listener. Thread-safe.
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
  private final long openedNanos;

  // All below is guarded by this. `out` is used under it too: it is not thread-safe.
  private final Map<String, PendingScore> unanswered = new HashMap<>();
  private StreamObserver<ScoreStreamMethod.Request> out;
  private long lastId;
  private int unansweredMaps;
  private boolean retired;
  private boolean ended;

  private HeadStream(Listener listener, long openedNanos) {
    this.listener = listener;
    this.openedNanos = openedNanos;
  }

  static HeadStream open(Channel channel, Listener listener, long now) {
    HeadStream stream = new HeadStream(listener, now);
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

  synchronized int unansweredMaps() {
    return unansweredMaps;
  }

  /** Sends a request; returns false when the stream takes no more. */
  synchronized boolean send(PendingScore pending) {
    if (retired || ended) {
      return false;
    }
    String id = Long.toString(++lastId);
    unanswered.put(id, pending);
    unansweredMaps += pending.maps();
    out.onNext(new ScoreStreamMethod.Request(id, pending.message()));
    return true;
  }

  /** Takes no more, and ends when all is answered. */
  synchronized void retire() {
    if (!retired && !ended) {
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

  /** Forgets the requests whose time is up, and returns them. */
  synchronized List<PendingScore> takeExpired(long now) {
    List<PendingScore> expired = new ArrayList<>();
    for (Iterator<PendingScore> all = unanswered.values().iterator(); all.hasNext(); ) {
      PendingScore pending = all.next();
      if (pending.isExpired(now)) {
        all.remove();
        unansweredMaps -= pending.maps();
        expired.add(pending);
      }
    }
    return expired;
  }

  private synchronized PendingScore take(String id) {
    PendingScore pending = unanswered.remove(id);
    if (pending != null) {
      unansweredMaps -= pending.maps();
    }
    return pending;
  }

  private void end(Status status) {
    List<PendingScore> left;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      left = List.copyOf(unanswered.values());
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
        // Its time was up.
        return;
      }
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
