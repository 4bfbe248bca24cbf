package dev.vgg16.e2e;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Counts the correct answers of a stream without storing them. */
final class CountingStream<R> implements StreamObserver<R> {

  private final Predicate<R> expected;
  private final AtomicInteger counted = new AtomicInteger();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Status.Code end;

  CountingStream(Predicate<R> expected) {
    this.expected = expected;
  }

  @Override
  public void onNext(R answer) {
    if (expected.test(answer)) {
      counted.incrementAndGet();
    }
  }

  @Override
  public void onError(Throwable t) {
    end = Status.fromThrowable(t).getCode();
    ended.countDown();
  }

  @Override
  public void onCompleted() {
    end = Status.Code.OK;
    ended.countDown();
  }

  /** The number of correct answers. */
  int counted() {
    return counted.get();
  }

  /** Waits for the end of the stream and returns how it ended. */
  Status.Code awaitEnd() throws InterruptedException {
    if (!ended.await(120, TimeUnit.SECONDS)) {
      throw new AssertionError("the stream did not end");
    }
    return end;
  }
}
