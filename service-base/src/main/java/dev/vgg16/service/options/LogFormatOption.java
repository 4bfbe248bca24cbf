package dev.vgg16.service.options;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.service.telemetry.LogFormat;
import picocli.CommandLine.Option;

/** A mixin: the format of the log, which is changed as soon as the option is parsed. */
@OptionHeading("Log")
final class LogFormatOption {

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      defaultValue = "TEXT",
      description =
          "Format of the log. json: one object a line, for log collectors; errors of the command"
              + " line stay text. Default: text.")
  void use(LogFormat format) {
    format.use();
  }
}
