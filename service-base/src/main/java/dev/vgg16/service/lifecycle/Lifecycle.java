package dev.vgg16.service.lifecycle;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a service in the order in which they were started, to be stopped in the reverse
 * order, once: by {@link #close}, or by SIGTERM, SIGINT or SIGHUP. {@link #run} is what a program
 * calls.
 *
 * <p>A process that was asked to stop and did so should end with exit code 0, not with the 143 that
 * the JVM gives a process ended by SIGTERM: so the signal is handled here, and the main thread goes
 * on to end the process itself. (A shutdown hook could set the code only by halting, which leaves
 * the unpacked native libraries in the temporary folder.)
 */
public final class Lifecycle implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(Lifecycle.class);

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Thread closer;
  private volatile boolean failedToStop;

  /** Starts the parts of a service, adding each to the lifecycle. */
  public interface Start {
    void start(Lifecycle lifecycle) throws Exception;
  }

  /**
   * Lives a service's life: starts it, and returns when a signal has stopped it, be it in the
   * middle of the start.
   *
   * @return the exit code: 0, or 1 when a part did not stop well
   * @throws Exception when it can't start; what was started is stopped
   */
  public static int run(Start start) throws Exception {
    Lifecycle lifecycle = new Lifecycle();
    lifecycle.stopOnSignal();
    try {
      start.start(lifecycle);
    } catch (Throwable e) {
      boolean asked = lifecycle.closer != null;
      lifecycle.close();
      if (!asked) {
        Throwables.throwIfInstanceOf(e, Exception.class);
        // Such as native code that can't be loaded; still a failure to tell in one line.
        throw new IllegalStateException(e.toString(), e);
      }
    }
    lifecycle.awaitStop();
    logger.info("stopped");
    return lifecycle.failedToStop ? 1 : 0;
  }

  /** Adds a part, to be closed before those added earlier. Returns it. */
  public synchronized <T extends AutoCloseable> T add(T part) {
    if (closer != null) {
      throw new IllegalStateException("the service is stopping");
    }
    started.push(part);
    return part;
  }

  /** From now on a signal to end stops the parts in order; a second one changes nothing. */
  void stopOnSignal() {
    for (String name : List.of("TERM", "INT", "HUP")) {
      // Not on the JVM's own thread for signals, which a stop of some seconds would hold up.
      Signals.handle(name, () -> new Thread(this::stop, "shutdown").start());
    }
  }

  /** Waits until the service has stopped. */
  void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /**
   * Stops the parts. A failure is logged, and the others are stopped all the same. Who comes second
   * waits until it is done.
   */
  @Override
  public void close() {
    if (mayStop()) {
      stopParts();
    } else if (closer != Thread.currentThread()) {
      Uninterruptibles.awaitUninterruptibly(stopped);
    }
  }

  /** True for the first who asks, whose task it is then. */
  private synchronized boolean mayStop() {
    if (closer != null) {
      return false;
    }
    closer = Thread.currentThread();
    return true;
  }

  // Nothing is added any more, so this needs no lock.
  private void stopParts() {
    for (AutoCloseable part : started) {
      try {
        part.close();
      } catch (Throwable e) {
        failedToStop = true;
        logger.error("{} did not stop well: {}", part.getClass().getSimpleName(), e.toString(), e);
      }
    }
    stopped.countDown();
  }

  private void stop() {
    if (mayStop()) {
      logger.info("stopping");
      stopParts();
    }
  }
}
