package dev.vgg16.serving.grpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * The server's side of a stream of independent items: each request gets one answer, in any order.
 *
 * <p>At most {@code window} items are taken and not answered at a time, and none is asked for while
 * the client does not read its answers; so one stream holds a bounded amount of memory and of the
 * queues behind it, and a client that stops reading holds up itself alone.
 *
 * <p>The stream ends well when the client has ended its side and every item is answered. When the
 * service drains, it takes no more items, answers those it took and ends with UNAVAILABLE: what has
 * no answer then was not taken.
 *
 * <p>gRPC calls the {@link StreamObserver} methods one at a time; answers may come from any thread.
 */
public final class ItemStream<Q, R> implements StreamObserver<Q>, OpenStreams.Stream {

  /** Bytes of answers that may be under way before the stream counts as not being read. */
  private static final int READY_BYTES = 1 << 20;

  /** Takes requests and sees to it that they are answered; each is either handled or dropped. */
  public interface Handler<Q, R> {

    /**
     * @param answer to be called exactly once, from any thread; must not throw instead
     */
    void handle(Q request, Answer<R> answer);

    /** Lets go of a request that is not taken: its stream has ended, or the service drains. */
    default void drop(Q request) {}
  }

  /** Where the answer to one item goes. */
  public interface Answer<R> {

    /** Sends the answer; without effect when the stream is gone. */
    void send(R message);

    /** Whether the stream is gone, so that nobody waits for the answer. */
    boolean isCancelled();
  }

  private final ServerCallStreamObserver<R> out;
  private final Handler<Q, R> handler;
  private final OpenStreams openStreams;

  // All below is guarded by this. `out` is used under it too: it is not thread-safe.
  private int unanswered;
  private int owedRequests;
  private boolean inputEnded;
  private boolean draining;
  private boolean refused;
  // Read without the lock too, by those who ask whether anybody waits.
  private volatile boolean ended;

  private ItemStream(
      ServerCallStreamObserver<R> out, Handler<Q, R> handler, OpenStreams openStreams) {
    this.out = out;
    this.handler = handler;
    this.openStreams = openStreams;
  }

  /**
   * Serves a stream; to be returned from the service's method.
   *
   * @param window the most items taken and not answered
   */
  public static <Q, R> StreamObserver<Q> serve(
      StreamObserver<R> out, int window, OpenStreams openStreams, Handler<Q, R> handler) {
    ServerCallStreamObserver<R> call = (ServerCallStreamObserver<R>) out;
    ItemStream<Q, R> stream = new ItemStream<>(call, handler, openStreams);
    call.disableAutoRequest();
    call.setOnReadyThreshold(READY_BYTES);
    call.setOnReadyHandler(stream::onReady);
    call.setOnCancelHandler(stream::onCancelled);
    call.request(window);
    openStreams.add(stream);
    return stream;
  }

  @Override
  public void onNext(Q request) {
    if (!isTaken()) {
      handler.drop(request);
      return;
    }
    try {
      handler.handle(request, new OneAnswer());
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private synchronized boolean isTaken() {
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

  private synchronized void onReady() {
    if (owedRequests > 0 && !draining) {
      out.request(owedRequests);
      owedRequests = 0;
    }
  }

  private synchronized void onCancelled() {
    if (!ended) {
      ended = true;
      openStreams.remove(this);
    }
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
    unanswered--;
    if (out.isReady() && !draining) {
      out.request(1);
    } else {
      owedRequests++;
    }
    endIfDone();
  }

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

  private final class OneAnswer implements Answer<R> {
    private boolean sent;

    @Override
    public void send(R message) {
      synchronized (ItemStream.this) {
        if (sent) {
          return;
        }
        sent = true;
        answer(message);
      }
    }

    @Override
    public boolean isCancelled() {
      return ended || out.isCancelled();
    }
  }
}
