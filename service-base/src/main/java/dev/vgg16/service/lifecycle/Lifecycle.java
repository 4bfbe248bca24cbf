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
 * The started parts of a service, which are stopped once and in reverse order: by {@link #close},
 * or by SIGTERM, SIGINT or SIGHUP. Programs call {@link #run}.
 *
 * <p>After a successful shutdown the exit code should be 0, not the JVM's 143 for SIGTERM. So the
 * signal is handled here, and the main thread then returns. (A shutdown hook could set the code
 * only by halting, which leaves unpacked native libraries in the temporary folder.)
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
   * Runs a service: starts it, and returns when a signal has stopped it, even during the start.
   *
   * @return the exit code: 0, or 1 when a part failed to stop
   * @throws Exception when it can't start; the started parts are stopped
   */
  public static int run(Start start) throws Exception {
    Lifecycle lifecycle = new Lifecycle();
    lifecycle.stopOnSignal();
    try {
      start.start(lifecycle);
    } catch (Throwable e) {
      boolean stopping = lifecycle.closer != null;
      lifecycle.close();
      if (!stopping) {
        Throwables.throwIfInstanceOf(e, Exception.class);
        // Such as UnsatisfiedLinkError; reported in one line too.
        throw new IllegalStateException(e.toString(), e);
      }
    }
    lifecycle.awaitStop();
    logger.info("stopped");
    return lifecycle.failedToStop ? 1 : 0;
  }

  /** Adds a part, which is closed before those added earlier. Returns it. */
  public synchronized <T extends AutoCloseable> T add(T part) {
    if (closer != null) {
      throw new IllegalStateException("the service is stopping");
    }
    started.push(part);
    return part;
  }

  /** Stops the parts on a signal; further signals have no effect. */
  void stopOnSignal() {
    for (String name : List.of("TERM", "INT", "HUP")) {
      // Not on the JVM's signal thread, which the shutdown would block.
      Signals.handle(name, () -> new Thread(this::stop, "shutdown").start());
    }
  }

  /** Waits until the service has stopped. */
  void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /**
   * Stops the parts. A failure is logged, and the other parts are stopped too. Further calls wait
   * until all are stopped.
   */
  @Override
  public void close() {
    if (mayStop()) {
      stopParts();
    } else if (closer != Thread.currentThread()) {
      Uninterruptibles.awaitUninterruptibly(stopped);
    }
  }

  /** Returns true for the first caller, which must then stop the parts. */
  private synchronized boolean mayStop() {
    if (closer != null) {
      return false;
    }
    closer = Thread.currentThread();
    return true;
  }

  // Without the lock, since nothing is added any more.
  private void stopParts() {
    for (AutoCloseable part : started) {
      try {
        part.close();
      } catch (Throwable e) {
        failedToStop = true;
        logger.error("{} failed to stop: {}", part.getClass().getSimpleName(), e.toString(), e);
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
