package dev.vgg16.service.management;

import com.google.common.base.Ticker;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadPoolExecutor;

/** Whether an executor makes progress between checks while tasks are queued. Thread-safe. */
public final class ExecutorLiveness implements ProcessHealth.LivenessCheck {

  private final String name;
  private final ThreadPoolExecutor executor;
  private final Duration limit;
  private final Ticker ticker;

  @GuardedBy("this")
  private long completed = -1;

  @GuardedBy("this")
  private long since;

  /**
   * @param name of the threads, for messages
   * @param limit how long tasks may be queued while no task completes
   */
  public ExecutorLiveness(String name, ThreadPoolExecutor executor, Duration limit, Ticker ticker) {
    this.name = name;
    this.executor = executor;
    this.limit = limit;
    this.ticker = ticker;
  }

  @Override
  public synchronized Optional<String> stuck() {
    long now = ticker.read();
    long done = executor.getCompletedTaskCount();
    if (executor.getQueue().isEmpty() || done != completed) {
      completed = done;
      since = now;
      return Optional.empty();
    }
    return now - since < limit.toNanos()
        ? Optional.empty()
        : Optional.of(
            "%s have completed no task for %d s".formatted(name, (now - since) / 1_000_000_000));
  }
}
