package dev.vgg16.serving.lifecycle;

import dev.vgg16.serving.options.CommandLines;
import dev.vgg16.serving.options.UnknownVariables;
import dev.vgg16.serving.telemetry.ServiceLog;
import dev.vgg16.serving.telemetry.StandardError;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** What the main method of a service does. */
public final class ServiceProgram {

  private final CommandLine line;
  private final UnknownVariables unknown;

  private ServiceProgram(CommandLine line, UnknownVariables unknown) {
    this.line = line;
    this.unknown = unknown;
    line.setExecutionStrategy(this::execute);
  }

  /**
   * Runs a service until it has ended.
   *
   * @param command a class with picocli's annotations
   * @param environmentPrefix of the variables that stand in for options
   * @return the exit code
   */
  public static int run(
      Callable<Integer> command,
      String environmentPrefix,
      Map<String, String> environment,
      String... args) {
    // Before anybody logs: the first who does has the log opened.
    StandardError.useCopy();
    ServiceLog.begin();
    CommandLine line = CommandLines.of(command, environmentPrefix, environment);
    return new ServiceProgram(line, UnknownVariables.of(line, environmentPrefix, environment))
        .line.execute(args);
  }

  private int execute(ParseResult parsed) {
    if (!parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
      unknown.warnings().forEach(LoggerFactory.getLogger(ServiceProgram.class)::warn);
    }
    try {
      return new RunLast().execute(parsed);
    } finally {
      // Before the line that says why a service could not start.
      ServiceLog.end();
    }
  }
}
