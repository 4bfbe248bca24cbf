package dev.vgg16.serving.options;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Says which argument can't be used, and names the environment variable where it came from one. */
final class UsageErrors {

  /** How options refuse a value when they are checked together: "port must be ...". */
  private static final Pattern NAMED = Pattern.compile("(?:--)?([a-z][a-z-]*) .*", Pattern.DOTALL);

  private final EnvironmentDefaults environment;

  UsageErrors(EnvironmentDefaults environment) {
    this.environment = environment;
  }

  /** Prints two lines on standard error; returns the exit code. */
  int print(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    String source =
        variable(e, args).map(" (from the environment variable %s)"::formatted).orElse("");
    line.getErr().println(CommandLines.programName(line) + ": " + CommandLines.oneLine(e) + source);
    line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  /** The variable that gave the value, which the command line did not. */
  private Optional<String> variable(ParameterException e, String[] args) {
    return option(e)
        .filter(option -> environment.value(option).isPresent() && !isAmong(args, option))
        .map(environment::variable);
  }

  private static Optional<OptionSpec> option(ParameterException e) {
    if (e.getArgSpec() instanceof OptionSpec option) {
      return Optional.of(option);
    }
    Matcher named = NAMED.matcher(String.valueOf(e.getMessage()));
    return named.matches()
        ? Optional.ofNullable(e.getCommandLine().getCommandSpec().findOption("--" + named.group(1)))
        : Optional.empty();
  }

  private static boolean isAmong(String[] args, OptionSpec option) {
    List<String> names = List.of(option.names());
    return Arrays.stream(args).anyMatch(arg -> names.contains(arg.split("=", 2)[0]));
  }
}
