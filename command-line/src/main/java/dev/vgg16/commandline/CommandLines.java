package dev.vgg16.commandline;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;

/**
 * Configures picocli commands. The exit code is the command's result, 1 when it throws, or 2 for
 * invalid arguments, for which it may throw an {@link IllegalArgumentException}. An error is one
 * line on standard error; {@code --debug} adds the stack trace.
 */
public final class CommandLines {

  private CommandLines() {}

  /**
   * @param command a class with picocli's annotations
   * @param environmentPrefix for {@link EnvironmentDefaults}
   */
  public static CommandLine of(
      Callable<Integer> command, String environmentPrefix, Map<String, String> environment) {
    return of(command, List.of(), environmentPrefix, environment);
  }

  /**
   * @param command that runs when no subcommand is given
   * @param subcommands classes with picocli's annotations
   * @param environmentPrefix for {@link EnvironmentDefaults}, the same for all of them
   */
  public static CommandLine of(
      Callable<Integer> command,
      List<? extends Callable<Integer>> subcommands,
      String environmentPrefix,
      Map<String, String> environment) {
    CommandLine line = new CommandLine(command);
    subcommands.forEach(line::addSubcommand);
    EnvironmentDefaults defaults = new EnvironmentDefaults(environmentPrefix, environment);
    // These apply to the subcommands that were added before.
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(Duration.class, new Milliseconds());
    line.setDefaultValueProvider(defaults);
    UsageErrors errors = new UsageErrors(defaults);
    line.setParameterExceptionHandler(errors::print);
    line.setExecutionExceptionHandler((e, in, parsed) -> failure(e, in, parsed, errors));
    describe(line, defaults);
    return line;
  }

  /** In the help, of the subcommands too. */
  private static void describe(CommandLine line, EnvironmentDefaults defaults) {
    describeVariables(line.getCommandSpec(), defaults);
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new OptionSections());
    line.getSubcommands().values().forEach(sub -> describe(sub, defaults));
  }

  private static void describeVariables(CommandSpec spec, EnvironmentDefaults defaults) {
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (option.usageHelp() || option.versionHelp()) {
        continue;
      }
      String[] text = option.description();
      String[] described = Arrays.copyOf(text, text.length + 1);
      described[text.length] = "Environment: " + defaults.variable(option);
      spec.remove(option);
      spec.addOption(OptionSpec.builder(option).description(described).build());
    }
  }

  private static int failure(
      Exception e, CommandLine line, CommandLine.ParseResult parsed, UsageErrors errors) {
    if (e instanceof IllegalArgumentException) {
      // Thrown by checks of several options together.
      return errors.print(
          new ParameterException(line, e.getMessage(), e),
          parsed.originalArgs().toArray(String[]::new));
    }
    line.getErr().println(programName(line) + ": " + oneLine(e));
    if (isDebug(line.getCommandSpec())) {
      e.printStackTrace(line.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  static String programName(CommandLine line) {
    return line.getCommandSpec().root().name();
  }

  private static boolean isDebug(CommandSpec spec) {
    OptionSpec debug = spec.findOption("--debug");
    return debug != null && Boolean.TRUE.equals(debug.getValue());
  }

  static String oneLine(Exception e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.lines().findFirst().orElse(e.toString());
  }
}
