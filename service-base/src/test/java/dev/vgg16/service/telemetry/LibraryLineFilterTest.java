package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import org.junit.jupiter.api.Test;

class LibraryLineFilterTest {

  private static final String GRPC = "io.grpc.internal.SerializingExecutor";

  private final LibraryLineFilter filter = new LibraryLineFilter();

  private FilterReply decide(String logger, long millis) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerName(logger);
    event.setTimeStamp(millis);
    return filter.decide(event);
  }

  @Test
  void limitsOnlyTheLinesOfLibraries() {
    for (int i = 0; i < LibraryLineFilter.LINES; i++) {
      assertThat(decide(GRPC, 1)).isEqualTo(FilterReply.NEUTRAL);
    }
    assertThat(decide(GRPC, 2)).isEqualTo(FilterReply.DENY);
    assertThat(decide("io.netty.channel.DefaultChannelPipeline", 2)).isEqualTo(FilterReply.DENY);
    assertThat(decide(ServiceLog.class.getName(), 2)).isEqualTo(FilterReply.DENY);
    assertThat(decide("dev.vgg16.feature.FeatureServer", 2)).isEqualTo(FilterReply.NEUTRAL);
    assertThat(decide(GRPC, LibraryLineFilter.PERIOD_MILLIS)).isEqualTo(FilterReply.NEUTRAL);
  }
}
