package dev.vgg16.service.options;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.service.telemetry.LoggingConfiguration;
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
      LoggingConfiguration.reload();
    }
  }
}
