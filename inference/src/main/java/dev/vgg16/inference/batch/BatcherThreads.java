package dev.vgg16.inference.batch;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a batcher. Each repeats its step until the step returns false. What a step throws
 * is logged: a thread that ended would block every later item.
 */
final class BatcherThreads {

  private static final Logger logger = LoggerFactory.getLogger(BatcherThreads.class);

  private final List<Thread> threads = new ArrayList<>();

  /** What a thread repeats. */
  interface Step {
    /** Returns false when there is nothing more to do. */
    boolean run();
  }

  /**
   * Starts a thread for each of the steps.
   *
   * @param nameFormat of the threads' names, with {@code %d} for the step's index
   */
  void start(String nameFormat, List<? extends Step> steps) {
    ThreadFactory factory =
        new ThreadFactoryBuilder().setNameFormat(nameFormat).setDaemon(true).build();
    for (Step step : steps) {
      Thread thread = factory.newThread(() -> repeat(step));
      threads.add(thread);
      thread.start();
    }
  }

  /**
   * Waits until all have ended.
   *
   * @throws IllegalStateException when that takes longer than the limit
   */
  void join(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    for (Thread thread : threads) {
      Uninterruptibles.joinUninterruptibly(
          thread, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      if (thread.isAlive()) {
        throw new IllegalStateException(
            "%s is still running after %d s".formatted(thread.getName(), limit.toSeconds()));
      }
    }
  }

  private static void repeat(Step step) {
    boolean more = true;
    while (more) {
      // An interrupt of one item's work is not meant for the next item.
      boolean unused = Thread.interrupted();
      try {
        more = step.run();
      } catch (Throwable e) {
        logger.error("unexpected failure in the batcher: {}", e.toString(), e);
      }
    }
  }
}
