package dev.vgg16.service.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * The server's side of a stream of independent items: each request gets one answer, in any order.
 *
 * <p>At most {@code window} items are taken and not answered at a time, and none is asked for while
 * the client does not read its answers, or while an item is on {@linkplain Responder#pause hold};
 * so one stream holds a bounded amount of memory and of the queues behind it, and a client that
 * stops reading holds up itself alone.
 *
 * <p>The stream ends well when the client has ended its side and every item is answered. When the
 * service drains, it takes no more items, answers those it took and ends with UNAVAILABLE: what has
 * no answer then was not taken.
 *
 * <p>gRPC calls the {@link StreamObserver} methods one at a time; answers may come from any thread.
 */
public final class ItemStream<Q, R> implements StreamObserver<Q>, OpenStreams.Stream {

  /** Bytes of answers that may be under way before the stream counts as not being read. */
  private static final int READY_BYTES = 256 << 10;

  /**
   * Items asked for ahead, so that they are there in time. Where they must wait, it is one:
   * whatever is asked for more has to be held somewhere.
   */
  private static final int MAX_AHEAD = 4;

  /** Takes requests and sees to it that they are answered; each is either handled or dropped. */
  public interface Handler<Q, R> {

    /**
     * @param answer to be called exactly once, from any thread; must not throw instead
     */
    void handle(Q request, Responder<R> answer);

    /** Lets go of a request that is not taken: its stream has ended, or the service drains. */
    default void drop(Q request) {}

    /** The stream is gone, and nobody waits for the answers it owes. */
    default void cancelled() {}
  }

  /** Where the answer to one item goes. */
  public interface Responder<R> {

    /** Sends the answer; without effect when the stream is gone. */
    void send(R message);

    /** Whether the stream is gone, so that nobody waits for the answer. */
    boolean isCancelled();

    /**
     * Asks the client for no further item until this one {@link #resume goes on} or is answered.
     */
    void pause();

    /** Ends the hold, also one that is yet to come. */
    void resume();
  }

  private final ServerCallStreamObserver<R> out;
  private final int window;
  private final Handler<Q, R> handler;
  private final OpenStreams openStreams;

  // `out` is used under the lock too: it is not thread-safe.
  @GuardedBy("this")
  private int unanswered;

  @GuardedBy("this")
  private int asked;

  @GuardedBy("this")
  private int ahead = 1;

  @GuardedBy("this")
  private int held;

  @GuardedBy("this")
  private boolean inputEnded;

  @GuardedBy("this")
  private boolean draining;

  @GuardedBy("this")
  private boolean refused;

  @GuardedBy("this")
  private boolean silent;

  // Read without the lock too, by those who ask whether anybody waits.
  private volatile boolean ended;

  private ItemStream(
      ServerCallStreamObserver<R> out, int window, Handler<Q, R> handler, OpenStreams openStreams) {
    this.out = out;
    this.window = window;
    this.handler = handler;
    this.openStreams = openStreams;
  }

  /**
   * Serves a stream; to be returned from the service's method.
   *
   * @param window the most items taken and not answered
   */
  public static <Q, R> ItemStream<Q, R> serve(
      StreamObserver<R> out, int window, OpenStreams openStreams, Handler<Q, R> handler) {
    ServerCallStreamObserver<R> call = (ServerCallStreamObserver<R>) out;
    ItemStream<Q, R> stream = new ItemStream<>(call, window, handler, openStreams);
    call.disableAutoRequest();
    call.setOnReadyThreshold(READY_BYTES);
    call.setOnReadyHandler(stream::askForMore);
    call.setOnCancelHandler(stream::onCancelled);
    // Without a cancellation where the server ended the call itself, and the client read that.
    call.setOnCloseHandler(stream::onCancelled);
    stream.begin();
    openStreams.add(stream);
    return stream;
  }

  private synchronized void begin() {
    // Whether the client reads can't be known yet.
    asked = ahead;
    out.request(asked);
  }

  @Override
  public void onNext(Q request) {
    if (!isTaken()) {
      handler.drop(request);
      return;
    }
    try {
      handler.handle(request, new ItemResponder());
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    taken();
  }

  private synchronized boolean isTaken() {
    asked--;
    if (ended) {
      return false;
    }
    if (draining) {
      // Asked for before the drain. Not taken now, so that the client sends it elsewhere.
      refused = true;
      return false;
    }
    unanswered++;
    return true;
  }

  @Override
  public synchronized void onCompleted() {
    inputEnded = true;
    endIfDone();
  }

  @Override
  public void onError(Throwable t) {
    onCancelled();
  }

  @Override
  public synchronized void drain() {
    draining = true;
    endIfDone();
  }

  /**
   * Sends a message that answers no item, if nothing was sent since the call before and the client
   * reads.
   *
   * @return false once the stream is gone
   */
  public synchronized boolean breakSilence(R message) {
    if (silent && !ended && out.isReady()) {
      out.onNext(message);
    }
    silent = true;
    return !ended;
  }

  /** Whether the stream is gone: ended, or its client is. */
  public boolean isOver() {
    return ended;
  }

  private synchronized void taken() {
    if (held == 0) {
      ahead = Math.min(ahead + 1, MAX_AHEAD);
    }
    askForMore();
  }

  private synchronized void askForMore() {
    int more = Math.min(ahead, window - unanswered) - asked;
    if (more > 0 && held == 0 && !ended && !draining && out.isReady()) {
      asked += more;
      out.request(more);
    }
  }

  private void onCancelled() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      openStreams.remove(this);
    }
    handler.cancelled();
  }

  /** A handler broke its promise; without this its item would never be answered. */
  private synchronized void fail(Throwable cause) {
    if (!ended) {
      ended = true;
      openStreams.remove(this);
      out.onError(Statuses.toException(cause));
    }
  }

  private synchronized void answer(R message) {
    if (ended) {
      return;
    }
    out.onNext(message);
    silent = false;
    unanswered--;
    askForMore();
    endIfDone();
  }

  @GuardedBy("this")
  private void endIfDone() {
    if (ended || unanswered > 0 || !(inputEnded || draining)) {
      return;
    }
    ended = true;
    openStreams.remove(this);
    if (inputEnded && !refused) {
      out.onCompleted();
    } else {
      out.onError(
          Status.UNAVAILABLE
              .withDescription("the service is stopping: open a stream to another replica")
              .asRuntimeException());
    }
  }

  private final class ItemResponder implements Responder<R> {
    private boolean sent;
    private boolean holds;
    private boolean goesOn;

    @Override
    public void send(R message) {
      synchronized (ItemStream.this) {
        if (sent) {
          return;
        }
        sent = true;
        resume();
        answer(message);
      }
      if (out.isCancelled()) {
        // This answer was too much: it ended the call.
        onCancelled();
      }
    }

    @Override
    public void pause() {
      synchronized (ItemStream.this) {
        if (!goesOn && !holds) {
          holds = true;
          held++;
          ahead = 1;
        }
      }
    }

    @Override
    public void resume() {
      synchronized (ItemStream.this) {
        goesOn = true;
        if (holds) {
          holds = false;
          held--;
          askForMore();
        }
      }
    }

    @Override
    public boolean isCancelled() {
      return ended || out.isCancelled();
    }
  }
}
