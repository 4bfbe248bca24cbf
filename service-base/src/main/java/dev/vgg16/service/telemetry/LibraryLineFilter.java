package dev.vgg16.service.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;

/**
 * Limits the rate of lines by gRPC, Netty and threads that end by an exception: a defect that any
 * client can trigger must not fill the disk. Thread-safe.
 */
public final class LibraryLineFilter extends Filter<ILoggingEvent> {

  /** The most lines in a period. */
  static final int LINES = 100;

  static final long PERIOD_MILLIS = 60_000;

  private static final List<String> LIBRARIES =
      List.of("io.grpc.", "io.netty.", "org.eclipse.jetty.");

  private static final String UNCAUGHT_EXCEPTIONS = ServiceLog.class.getName();

  @GuardedBy("this")
  private long period = Long.MIN_VALUE;

  @GuardedBy("this")
  private int lines;

  @Override
  public FilterReply decide(ILoggingEvent event) {
    String logger = event.getLoggerName();
    boolean bounded =
        LIBRARIES.stream().anyMatch(logger::startsWith) || logger.equals(UNCAUGHT_EXCEPTIONS);
    return bounded && !isWithinLimit(event.getTimeStamp()) ? FilterReply.DENY : FilterReply.NEUTRAL;
  }

  private synchronized boolean isWithinLimit(long millis) {
    long now = millis / PERIOD_MILLIS;
    if (now != period) {
      period = now;
      lines = 0;
    }
    lines++;
    return lines <= LINES;
  }
}
