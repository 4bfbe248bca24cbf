package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BoundedLogAppenderTest {

  private static final int QUEUE = 10;

  private final LoggerContext context = new LoggerContext();
  private final Stalled out = new Stalled();
  private final BoundedLogAppender appender = new BoundedLogAppender();
  private Logger logger;

  /** Writes nothing until it is read. */
  private static final class Stalled extends AppenderBase<ILoggingEvent> {
    final CountDownLatch writing = new CountDownLatch(1);
    final CountDownLatch read = new CountDownLatch(1);
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      writing.countDown();
      Uninterruptibles.awaitUninterruptibly(read);
      lines.add(event.getLevel() + " " + event.getFormattedMessage());
    }
  }

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    out.setContext(context);
    out.start();
    appender.setContext(context);
    appender.setQueueSize(QUEUE);
    appender.setDiscardingThreshold(0);
    appender.addAppender(out);
    appender.start();
    logger = context.getLogger("test");
    logger.addAppender(appender);
    // The writing thread holds the first, and the queue is empty.
    logger.info("first");
    Uninterruptibles.awaitUninterruptibly(out.writing);
  }

  @AfterEach
  void stop() {
    out.read.countDown();
    context.stop();
  }

  @Test
  void loggingDoesNotBlockAndDroppedLinesAreCounted() {
    for (int i = 0; i < QUEUE + 25; i++) {
      logger.info("line {}", i);
    }
    assertThat(appender.dropped()).isEqualTo(25);
  }

  /** The line about dropped events does not count them. */
  @Test
  void eventsDeniedByAFilterAreCounted() {
    appender.addFilter(
        new Filter<>() {
          @Override
          public FilterReply decide(ILoggingEvent event) {
            return event.getMessage().startsWith("denied") ? FilterReply.DENY : FilterReply.NEUTRAL;
          }
        });
    logger.info("denied");
    logger.info("second");
    logger.info("denied again");
    assertThat(appender.dropped()).isEqualTo(2);
    out.read.countDown();
    context.stop();
    assertThat(out.lines).containsExactly("INFO first", "INFO second");
  }

  @Test
  void reportsDroppedLinesWhenReadAgain() {
    for (int i = 0; i < QUEUE + 3; i++) {
      logger.info("line {}", i);
    }
    out.read.countDown();
    context.stop();
    assertThat(out.lines)
        .hasSize(1 + QUEUE + 1)
        .startsWith("INFO first", "INFO line 0")
        .contains("INFO line 9")
        .contains("WARN 3 log lines were dropped, because the log was not read fast enough");
  }

  @Test
  void nothingIsDroppedWhenReadInTime() {
    logger.warn("second");
    out.read.countDown();
    context.stop();
    assertThat(out.lines).containsExactly("INFO first", "WARN second");
    assertThat(appender.dropped()).isZero();
  }

  @Test
  void theLastCapacityIsForWarnings() {
    appender.setDiscardingThreshold(3);
    for (int i = 0; i < QUEUE; i++) {
      logger.info("line {}", i);
    }
    logger.warn("it matters");
    out.read.countDown();
    context.stop();
    assertThat(out.lines).contains("WARN it matters");
    assertThat(appender.dropped()).isEqualTo(2);
  }

  @Test
  void stopIsBoundedWhileTheLogIsNotRead() {
    appender.setMaxFlushTime(1);
    logger.setLevel(Level.INFO);
    logger.info("second");
    context.stop();
    assertThat(out.lines).isEmpty();
  }
}
