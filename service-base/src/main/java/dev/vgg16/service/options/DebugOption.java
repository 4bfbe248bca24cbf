package dev.vgg16.service.options;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import dev.vgg16.commandline.OptionHeading;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/**
 * A mixin for services: {@code --debug} enables stack traces in the log and in errors of the
 * command line. Requires Logback.
 */
@OptionHeading("Log")
public final class DebugOption {

  @Option(names = "--debug", description = "Stack traces in errors and in the log.")
  void enable(boolean on) {
    if (on) {
      System.setProperty("VGG16_STACK_TRACE", "%ex");
      reloadLogging();
    }
  }

  private static void reloadLogging() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.reset();
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(context);
      try {
        configurator.doConfigure(DebugOption.class.getResource("/logback.xml"));
      } catch (JoranException e) {
        throw new IllegalStateException("the logging configuration can't be read again", e);
      }
    }
  }
}
