package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutageLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(OutageLog.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final OutageLog outages = new OutageLog("heads:50052", 0);

  @BeforeEach
  void attach() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(log);
  }

  @Test
  void oneLineWhenItBeginsAndOneWhenItEnds() {
    ticks(0, 10_000, false);
    assertThat(lines())
        .containsExactly(
            "no head replica can be reached at heads:50052, and Classify answers UNAVAILABLE until"
                + " one can: refused");
    ticks(10_000, 20_000, true);
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(1)).isEqualTo("head replicas can be reached at heads:50052, after 10 s");
    ticks(20_000, 30_000, false);
    assertThat(lines()).hasSize(3);
  }

  @Test
  void aLostStreamIsNone() {
    ticks(0, 1_000, true);
    ticks(1_000, 2_500, false);
    ticks(2_500, 4_000, true);
    assertThat(lines()).isEmpty();
  }

  private void ticks(long fromMillis, long toMillis, boolean available) {
    for (long millis = fromMillis; millis < toMillis; millis += 100) {
      outages.tick(available, TimeUnit.MILLISECONDS.toNanos(millis), () -> "refused");
    }
  }

  private List<String> lines() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
