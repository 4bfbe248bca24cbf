package dev.vgg16.client;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One open stream. gRPC's threads only put its events into a queue. */
final class UploadStream<Q, A> implements ClientResponseObserver<Q, A> {

  private final Queue<StreamEvent<A>> events;

  @SuppressWarnings("NullAway.Init") // gRPC calls beforeStart before it returns the stream.
  private ClientCallStreamObserver<Q> requests;

  /**
   * @param events a thread-safe queue
   */
  UploadStream(Queue<StreamEvent<A>> events) {
    this.events = events;
  }

  /** Whether flow control lets another request be sent. */
  boolean isReady() {
    return requests.isReady();
  }

  void send(Q request) {
    requests.onNext(request);
  }

  void complete() {
    requests.onCompleted();
  }

  void cancel(String reason, @Nullable Throwable cause) {
    requests.cancel(reason, cause);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> stream) {
    requests = stream;
    requests.setOnReadyHandler(() -> events.add(new StreamEvent.Ready<>(this)));
  }

  @Override
  public void onNext(A response) {
    events.add(new StreamEvent.Response<>(this, response));
  }

  @Override
  public void onError(Throwable t) {
    events.add(new StreamEvent.Closed<>(this, Status.fromThrowable(t)));
  }

  @Override
  public void onCompleted() {
    events.add(
        new StreamEvent.Closed<>(
            this, Status.UNAVAILABLE.withDescription("the service ended the stream")));
  }
}
