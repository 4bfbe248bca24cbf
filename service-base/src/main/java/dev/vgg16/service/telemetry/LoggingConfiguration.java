package dev.vgg16.service.telemetry;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import org.slf4j.LoggerFactory;

/** {@code logback.xml}, whose variables are system properties. */
public final class LoggingConfiguration {

  private LoggingConfiguration() {}

  /** Reads it again, after a change of a system property. Does nothing without Logback. */
  public static void reload() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.reset();
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(context);
      try {
        configurator.doConfigure(LoggingConfiguration.class.getResource("/logback.xml"));
      } catch (JoranException e) {
        throw new IllegalStateException("the logging configuration can't be read again", e);
      }
    }
  }
}
