package dev.vgg16.serving.options;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Runs picocli commands. Exit codes: what the command returns, 1 when it fails, 2 when its
 * arguments can't be used. An error is one line on standard error; {@code --debug} adds the stack
 * trace.
 */
public final class CommandLines {

  private CommandLines() {}

  /**
   * @param command a class with picocli's annotations
   * @param environmentPrefix for {@link EnvironmentDefaults}
   */
  public static CommandLine of(
      Callable<Integer> command, String environmentPrefix, Map<String, String> environment) {
    EnvironmentDefaults defaults = new EnvironmentDefaults(environmentPrefix, environment);
    CommandLine line = new CommandLine(command);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setDefaultValueProvider(defaults);
    line.setParameterExceptionHandler(CommandLines::usageError);
    line.setExecutionExceptionHandler(CommandLines::failure);
    describeVariables(line.getCommandSpec(), defaults);
    return line;
  }

  private static void describeVariables(CommandSpec spec, EnvironmentDefaults defaults) {
    for (OptionSpec option : spec.options()) {
      if (option.usageHelp() || option.versionHelp()) {
        continue;
      }
      String[] text = option.description();
      String[] described = java.util.Arrays.copyOf(text, text.length + 1);
      described[text.length] = "Environment: " + defaults.variable(option);
      spec.remove(option);
      spec.addOption(OptionSpec.builder(option).description(described).build());
    }
  }

  private static int usageError(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println(line.getCommandName() + ": " + oneLine(e));
    line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failure(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    line.getErr().println(line.getCommandName() + ": " + oneLine(e));
    if (parsed.hasMatchedOption("--debug")) {
      e.printStackTrace(line.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String oneLine(Exception e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.lines().findFirst().orElse(e.toString());
  }
}
