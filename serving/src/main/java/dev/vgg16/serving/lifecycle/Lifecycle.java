package dev.vgg16.serving.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a service in the order in which they were started, to be stopped in the reverse
 * order, once: by {@link #close}, or by SIGTERM or SIGINT after {@link #stopOnSignal}.
 *
 * <p>A process that was asked to stop and did so ends with exit code 0, not with the 143 that the
 * JVM gives a process ended by SIGTERM.
 */
public final class Lifecycle implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(Lifecycle.class);

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private boolean closing;

  /** Adds a part, to be closed before those added earlier. Returns it. */
  public synchronized <T extends AutoCloseable> T add(T part) {
    if (closing) {
      throw new IllegalStateException("the service is stopping");
    }
    started.push(part);
    return part;
  }

  /** From now on a signal to end stops the parts in order and ends the process with 0. */
  public void stopOnSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndHalt, "shutdown"));
  }

  /** Waits until the service has stopped. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /** Stops the parts. The first failure is logged, and the others are stopped all the same. */
  @Override
  public void close() {
    Deque<AutoCloseable> parts;
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
      parts = new ArrayDeque<>(started);
    }
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        logger.error("{} did not stop well: {}", part.getClass().getSimpleName(), e.toString(), e);
      }
    }
    stopped.countDown();
  }

  private void stopAndHalt() {
    synchronized (this) {
      if (closing) {
        // The process ends for a reason of its own, with an exit code of its own.
        return;
      }
    }
    logger.info("stopping");
    close();
    logger.info("stopped");
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
