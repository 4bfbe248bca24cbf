package dev.vgg16.service.management;

import com.google.common.base.Ticker;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadPoolExecutor;

/** Whether threads get on with what waits for them, from one look to the next. Thread-safe. */
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
   * @param name of the threads, for people
   * @param limit how long tasks may wait while none of those that run ends
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
            "%s have ended no task for %d s".formatted(name, (now - since) / 1_000_000_000));
  }
}
