package dev.vgg16.service.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/**
 * The server's side of a stream of independent items: each item gets one response, in any order.
 *
 * <p>At most {@code window} items are in flight. No item is requested while the client does not
 * read its responses, or while an item is {@linkplain Responder#pause paused}. So a stream occupies
 * a bounded amount of memory and of the queues behind it, and a client that stops reading blocks
 * only itself.
 *
 * <p>The stream completes with OK after the client's half-close and the last response. When the
 * service drains, or the stream has reached its maximum age, it accepts no more items, responds to
 * those in flight and ends with UNAVAILABLE: items without a response were not accepted.
 *
 * <p>gRPC calls the {@link StreamObserver} methods one at a time; responses may be sent from any
 * thread.
 */
public final class ItemStream<Q, R> implements StreamObserver<Q>, OpenStreams.Stream {

  /** Bytes of queued responses beyond which the stream counts as not being read. */
  private static final int READY_BYTES = 256 << 10;

  /** Serves the items of a stream; each is either handled or dropped. */
  public interface Handler<Q, R> {

    /**
     * @param responder of the item, to be called exactly once, from any thread; must not throw
     *     instead
     */
    void handle(Q request, Responder<R> responder);

    /** Releases a request that is not accepted: its stream has ended, or drains. */
    default void drop(Q request) {}

    /** The stream was cancelled; further responses are ignored. */
    default void cancelled() {}
  }

  /** Sends the response to an item. */
  public interface Responder<R> {

    /** Sends the response; without effect when the stream has ended. */
    void send(R message);

    /** Whether the stream was cancelled or has ended. */
    boolean isCancelled();

    /** Requests no further items until this one {@link #resume resumes} or has its response. */
    void pause();

    /** Ends the pause; a later {@link #pause} then has no effect. */
    void resume();
  }

  private final ServerCallStreamObserver<R> out;
  private final Handler<Q, R> handler;
  private final OpenStreams openStreams;

  // `out` is not thread-safe: it is used under the lock too.

  @GuardedBy("this")
  private final RequestWindow requests;

  @GuardedBy("this")
  private boolean halfClosed;

  @GuardedBy("this")
  private Optional<String> drainReason = Optional.empty();

  @GuardedBy("this")
  private boolean refused;

  @GuardedBy("this")
  private boolean idle;

  // Written under the lock, read without it.
  private volatile boolean ended;

  private ItemStream(
      ServerCallStreamObserver<R> out, int window, Handler<Q, R> handler, OpenStreams openStreams) {
    this.out = out;
    this.requests = new RequestWindow(window);
    this.handler = handler;
    this.openStreams = openStreams;
  }

  /**
   * Serves a stream; to be returned from the service's method.
   *
   * @param window the most items in flight
   */
  public static <Q, R> ItemStream<Q, R> serve(
      StreamObserver<R> out, int window, OpenStreams openStreams, Handler<Q, R> handler) {
    ServerCallStreamObserver<R> call = (ServerCallStreamObserver<R>) out;
    ItemStream<Q, R> stream = new ItemStream<>(call, window, handler, openStreams);
    call.disableAutoRequest();
    call.setOnReadyThreshold(READY_BYTES);
    call.setOnReadyHandler(stream::requestMore);
    call.setOnCancelHandler(stream::onCancelled);
    // gRPC reports no cancellation when the server ended the call and the client has read that.
    call.setOnCloseHandler(stream::onCancelled);
    stream.begin();
    openStreams.add(stream);
    return stream;
  }

  private synchronized void begin() {
    // Whether the client reads is not known yet.
    out.request(requests.next());
  }

  @Override
  public void onNext(Q request) {
    if (!isAccepted()) {
      handler.drop(request);
      return;
    }
    try {
      handler.handle(request, new ItemResponder());
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    handled();
  }

  private synchronized boolean isAccepted() {
    requests.received();
    if (ended) {
      return false;
    }
    if (drainReason.isPresent()) {
      // Requested before the drain. Refused, so that the client sends it to another replica.
      refused = true;
      return false;
    }
    requests.accepted();
    return true;
  }

  @Override
  public synchronized void onCompleted() {
    halfClosed = true;
    endIfDone();
  }

  @Override
  public void onError(Throwable t) {
    onCancelled();
  }

  @Override
  public synchronized void drain(String reason) {
    if (drainReason.isEmpty()) {
      drainReason = Optional.of(reason);
    }
    endIfDone();
  }

  /**
   * Sends a message that is no item's response, if nothing was sent since the previous call and the
   * client reads.
   *
   * @return false once the stream has ended
   */
  public synchronized boolean sendIfIdle(R message) {
    if (idle && !ended && out.isReady()) {
      out.onNext(message);
    }
    idle = true;
    return !ended;
  }

  /** Whether the stream has ended or was cancelled. */
  public boolean isEnded() {
    return ended;
  }

  private synchronized void handled() {
    requests.grow();
    requestMore();
  }

  private synchronized void requestMore() {
    if (ended || drainReason.isPresent() || !out.isReady()) {
      return;
    }
    int more = requests.next();
    if (more > 0) {
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

  /** A handler threw; without this its item would never have a response. */
  private synchronized void fail(Throwable cause) {
    if (!ended) {
      ended = true;
      openStreams.remove(this);
      out.onError(Statuses.toException(cause));
    }
  }

  private synchronized void respond(R message) {
    if (ended) {
      return;
    }
    out.onNext(message);
    idle = false;
    requests.responded();
    requestMore();
    endIfDone();
  }

  @GuardedBy("this")
  private void endIfDone() {
    if (ended || requests.inFlight() > 0 || !(halfClosed || drainReason.isPresent())) {
      return;
    }
    ended = true;
    openStreams.remove(this);
    if (halfClosed && !refused) {
      out.onCompleted();
    } else {
      out.onError(
          Status.UNAVAILABLE.withDescription(drainReason.orElseThrow()).asRuntimeException());
    }
  }

  private final class ItemResponder implements Responder<R> {
    private boolean sent;
    private boolean isPaused;
    private boolean resumed;

    @Override
    public void send(R message) {
      synchronized (ItemStream.this) {
        if (sent) {
          return;
        }
        sent = true;
        resume();
        respond(message);
      }
      if (out.isCancelled()) {
        // The response exceeded the limit of unread responses, which ended the call.
        onCancelled();
      }
    }

    @Override
    public void pause() {
      synchronized (ItemStream.this) {
        if (!resumed && !isPaused) {
          isPaused = true;
          requests.pause();
        }
      }
    }

    @Override
    public void resume() {
      synchronized (ItemStream.this) {
        resumed = true;
        if (isPaused) {
          isPaused = false;
          requests.resume();
          requestMore();
        }
      }
    }

    @Override
    public boolean isCancelled() {
      return ended || out.isCancelled();
    }
  }
}
