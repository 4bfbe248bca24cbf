package dev.vgg16.service.lifecycle;

import dev.vgg16.commandline.CommandLines;
import dev.vgg16.commandline.UnknownVariables;
import dev.vgg16.service.telemetry.LogFormat;
import dev.vgg16.service.telemetry.ServiceLog;
import dev.vgg16.service.telemetry.StandardError;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Implements the main method of a service. */
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
   * @param environmentPrefix of the variables with defaults of options
   * @return the exit code
   * @throws InterruptedException when interrupted while it prints errors
   */
  public static int run(
      Callable<Integer> command,
      String environmentPrefix,
      Map<String, String> environment,
      String... args)
      throws InterruptedException {
    // Before the first use of the log, which opens standard error.
    StandardError.useCopy();
    LogFormat.begin();
    ServiceLog.begin();
    CommandLine line = CommandLines.of(command, environmentPrefix, environment);
    // Errors are printed at the end, where it does not matter if they are not read.
    StringWriter errors = new StringWriter();
    line.setErr(new PrintWriter(errors, true));
    UnknownVariables unknown = UnknownVariables.of(line, environmentPrefix, environment);
    int exitCode = new ServiceProgram(line, unknown).line.execute(args);
    StandardError.print(
        exitCode == CommandLine.ExitCode.USAGE
            ? errors.toString()
            : LogFormat.current().error(ServiceProgram.class, errors.toString()));
    return exitCode;
  }

  private int execute(ParseResult parsed) {
    if (!parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
      unknown.warnings().forEach(LoggerFactory.getLogger(ServiceProgram.class)::warn);
    }
    try {
      return new RunLast().execute(parsed);
    } finally {
      // Before the error of a failed start is printed.
      ServiceLog.end();
    }
  }
}
