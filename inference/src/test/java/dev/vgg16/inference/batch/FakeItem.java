package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An item that records its runs and failures. */
class FakeItem implements BatchItem {

  final int value;
  final AtomicInteger runs = new AtomicInteger();
  final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final long bytes;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean cancelled;
  FlowKey flow = new FlowKey(new Object(), this);
  long nanosLeft = Long.MAX_VALUE;
  int turns = 1;
  boolean isCostly;

  FakeItem(int value) {
    this(value, 1);
  }

  FakeItem(int value, long bytes) {
    this.value = value;
    this.bytes = bytes;
  }

  void cancel() {
    cancelled = true;
  }

  void ran() {
    runs.incrementAndGet();
    ended.countDown();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public FlowKey flow() {
    return flow;
  }

  @Override
  public long nanosLeft() {
    return nanosLeft;
  }

  @Override
  public int turns() {
    return turns;
  }

  @Override
  public boolean isCostly() {
    return isCostly;
  }

  @Override
  public void fail(Throwable cause) {
    failures.add(cause);
    ended.countDown();
  }

  /** Waits until it has run or failed. */
  void awaitEnd() throws InterruptedException {
    assertThat(ended.await(120, TimeUnit.SECONDS)).as("%s has not ended", this).isTrue();
  }

  /** Waits for its end, and expects a failure and no run. */
  Throwable awaitFailure() throws InterruptedException {
    awaitEnd();
    assertThat(runs).as("runs of %s", this).hasValue(0);
    assertThat(failures).as("failures of %s", this).hasSize(1);
    return failures.get(0);
  }

  @Override
  public String toString() {
    return "item " + value;
  }
}
