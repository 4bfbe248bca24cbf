package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;

/** A clock that only a test advances. */
final class FakeClock implements BatchClock {

  // Close before the overflow, which System.nanoTime may reach as well.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final BlockingQueue<Long> waits = new LinkedBlockingQueue<>();
  private long lastWait = -1;

  @Override
  public long nanoTime() {
    return now.get();
  }

  @Override
  @SuppressWarnings("WaitNotInLoop") // The caller loops.
  public void await(Condition condition, long nanos) throws InterruptedException {
    // Polls the time, since advance() can't signal a condition whose lock it
    // does not hold; the batcher then waits again.
    if (nanos != lastWait) {
      lastWait = nanos;
      waits.add(nanos);
    }
    long unused = condition.awaitNanos(1_000_000);
  }

  void advance(Duration by) {
    now.addAndGet(by.toNanos());
  }

  /** The next wait that differs from the previous one. */
  Duration nextWait() throws InterruptedException {
    Long nanos = waits.poll(120, TimeUnit.SECONDS);
    assertThat(nanos).as("no thread waits on the clock").isNotNull();
    return Duration.ofNanos(nanos);
  }
}
