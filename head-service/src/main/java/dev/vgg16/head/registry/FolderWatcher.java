package dev.vgg16.head.registry;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a {@link FolderSync} look every so often. It asks and does not wait to be told, because
 * network file systems and mounted configurations tell of nothing.
 */
public final class FolderWatcher implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(FolderWatcher.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setNameFormat("heads-watch").setDaemon(true).build());

  public FolderWatcher(FolderSync sync, Duration every) {
    var unused =
        timer.scheduleWithFixedDelay(
            () -> look(sync), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A timer forgets a task that throws. */
  private static void look(FolderSync sync) {
    try {
      sync.look();
    } catch (RuntimeException | Error e) {
      logger.error("the folder of heads can't be watched: {}", e.toString(), e);
    }
  }

  /** Waits for a head that is being loaded. */
  @Override
  public void close() {
    MoreExecutors.shutdownAndAwaitTermination(timer, CLOSE_LIMIT);
  }
}
