package dev.vgg16.head.registry;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a {@link FolderSync} scan periodically. It polls, because network file systems and mounted
 * configurations send no events. Where they hang, so does the scan, and a second thread logs that.
 */
public final class FolderWatcher implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(FolderWatcher.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(
          2, new ThreadFactoryBuilder().setNameFormat("heads-watch-%d").setDaemon(true).build());

  private final Runnable scan;
  private final SlowScanLog slowScans;

  public FolderWatcher(FolderSync sync, Duration every) {
    this(sync::scan, new SlowScanLog(Ticker.systemTicker()));
    start(this::scan, every);
    start(slowScans::check, every);
  }

  /** For tests, which call {@link #scan} themselves. */
  FolderWatcher(Runnable scan, SlowScanLog slowScans) {
    this.scan = scan;
    this.slowScans = slowScans;
  }

  private void start(Runnable task, Duration every) {
    var unused =
        timer.scheduleWithFixedDelay(
            task, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Catches everything: a timer does not repeat a task that threw. */
  void scan() {
    slowScans.began();
    try {
      scan.run();
    } catch (RuntimeException | Error e) {
      logger.error("the folder of heads can't be watched: {}", e.toString(), e);
    } finally {
      slowScans.ended();
    }
  }

  /** Waits for a head that is being loaded. */
  @Override
  public void close() {
    MoreExecutors.shutdownAndAwaitTermination(timer, CLOSE_LIMIT);
  }
}
