package dev.vgg16.head.scoring;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;

/**
 * Records a stream in a queue: its messages, then the {@link Throwable} that it failed with, or
 * {@code "completed"}.
 */
public record RecordedStream<T>(BlockingQueue<Object> events) implements StreamObserver<T> {

  @Override
  public void onNext(T message) {
    events.add(message);
  }

  @Override
  public void onError(Throwable t) {
    events.add(t);
  }

  @Override
  public void onCompleted() {
    events.add("completed");
  }
}
