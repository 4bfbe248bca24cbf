package dev.vgg16.service.telemetry;

import ch.qos.logback.classic.LoggerContext;
import io.opentelemetry.api.metrics.Meter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of a service process. */
public final class ServiceLog {

  private static final Logger logger = LoggerFactory.getLogger(ServiceLog.class);

  private ServiceLog() {}

  /** Forwards java.util.logging and uncaught exceptions to the log. */
  public static void begin() {
    JulBridge.install();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) ->
            logger.error("thread {} was terminated by {}", thread.getName(), e.toString(), e));
  }

  /** Flushes the log, for at most a second, and closes it. */
  public static void end() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }

  /** Exports the number of dropped lines as a metric. */
  public static void measure(Meter meter) {
    var unused =
        meter
            .counterBuilder("vgg16.log.dropped")
            .setDescription(
                "Log lines dropped because the log was not read fast enough, or a library said too"
                    + " much")
            .buildWithCallback(counter -> counter.record(dropped()));
  }

  /** Looks up the appender each time, since --debug reconfigures the log. */
  private static long dropped() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
        && context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("LOG")
            instanceof BoundedLogAppender log) {
      return log.dropped();
    }
    return 0;
  }
}
