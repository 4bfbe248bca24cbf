package dev.vgg16.e2e;

import dev.vgg16.v1.ClassifyStreamResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Collects a stream's answers; an id that is answered twice fails the test. */
final class StreamAnswers implements StreamObserver<ClassifyStreamResponse> {

  private final Map<String, ClassifyStreamResponse> byId = new LinkedHashMap<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private Status status;
  private String doubled;

  @Override
  public synchronized void onNext(ClassifyStreamResponse answer) {
    if (byId.put(answer.getId(), answer) != null) {
      doubled = answer.getId();
    }
    notifyAll();
  }

  @Override
  public void onError(Throwable t) {
    end(Status.fromThrowable(t));
  }

  @Override
  public void onCompleted() {
    end(Status.OK);
  }

  private void end(Status how) {
    synchronized (this) {
      status = how;
      notifyAll();
    }
    ended.countDown();
  }

  /** Waits for this many answers, or for the end of the stream. */
  synchronized void awaitCount(int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (byId.size() < count && status == null) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("%d of %d answers".formatted(byId.size(), count));
      }
      wait(left);
    }
  }

  /** Waits for the end of the stream and returns all answers. */
  Map<String, ClassifyStreamResponse> awaitEnd() throws InterruptedException {
    if (!ended.await(120, TimeUnit.SECONDS)) {
      throw new AssertionError("the stream did not end");
    }
    if (doubled != null) {
      throw new AssertionError(doubled + " was answered twice");
    }
    return byId;
  }

  synchronized Status status() {
    return status;
  }
}
