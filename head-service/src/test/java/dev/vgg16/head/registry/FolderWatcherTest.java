package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.common.base.Ticker;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FolderWatcherTest {

  private final AtomicLong now = new AtomicLong();
  private final SlowScanLog slowScans =
      new SlowScanLog(
          new Ticker() {
            @Override
            public long read() {
              return now.get();
            }
          });
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger =
      (Logger) LoggerFactory.getLogger(FolderWatcher.class.getPackageName());

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
  }

  private void lookFor(long seconds) {
    try (FolderWatcher watcher =
        new FolderWatcher(
            () -> {
              for (long second = 0; second < seconds; second++) {
                now.addAndGet(1_000_000_000);
                slowScans.check();
              }
            },
            slowScans)) {
      watcher.scan();
    }
    slowScans.check();
  }

  /** As with a network file system that does not respond. */
  @Test
  void aScanThatHangsIsLogged() {
    lookFor(3 * SlowScanLog.LONG.toSeconds());
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            line -> assertThat(line).contains("for 60 s: its file system may hang"),
            line -> assertThat(line).isEqualTo("the folder of heads is watched again"));
  }

  @Test
  void aShortScanIsNotLogged() {
    for (int scan = 0; scan < 3; scan++) {
      lookFor(SlowScanLog.LONG.toSeconds() - 1);
    }
    assertThat(log.list).isEmpty();
  }

  @Test
  void scansContinueAfterAFailure() {
    try (FolderWatcher watcher =
        new FolderWatcher(
            () -> {
              throw new IllegalStateException("broken");
            },
            slowScans)) {
      watcher.scan();
      watcher.scan();
    }
    assertThat(log.list).hasSize(2);
  }
}
