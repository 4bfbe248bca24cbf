package dev.vgg16.service.telemetry;

import ch.qos.logback.classic.LoggerContext;
import io.opentelemetry.api.metrics.Meter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of a service process: who else writes to it, its end, and what it lost. */
public final class ServiceLog {

  private static final Logger logger = LoggerFactory.getLogger(ServiceLog.class);

  private ServiceLog() {}

  /** Brings what libraries log, and what threads die of, into the log. */
  public static void begin() {
    JulBridge.install();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> logger.error("thread {} ended by {}", thread.getName(), e.toString(), e));
  }

  /** Writes what waits to be written, for a second at most; nothing is logged from then on. */
  public static void end() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }

  /** Counts the lines that were lost, as a metric. */
  public static void measure(Meter meter) {
    var unused =
        meter
            .counterBuilder("vgg16.log.dropped")
            .setDescription(
                "Log lines dropped because the log was not read fast enough, or a library said too"
                    + " much")
            .buildWithCallback(counter -> counter.record(dropped()));
  }

  /** Asked for each time: the option "debug" has the log configured anew. */
  private static long dropped() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
        && context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("LOG")
            instanceof BoundedLogAppender log) {
      return log.dropped();
    }
    return 0;
  }
}
