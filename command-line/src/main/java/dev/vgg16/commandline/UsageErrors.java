package dev.vgg16.commandline;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports an invalid argument, and the environment variable that it came from, if any. */
final class UsageErrors {

  /** The message of a check of several options: "--port must be ...". */
  private static final Pattern NAMED = Pattern.compile("--([a-z][a-z-]*) .*", Pattern.DOTALL);

  private final EnvironmentDefaults environment;

  UsageErrors(EnvironmentDefaults environment) {
    this.environment = environment;
  }

  /** Prints two lines on standard error; returns the exit code. */
  int print(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    String source =
        variable(e, args).map(" (from the environment variable %s)"::formatted).orElse("");
    line.getErr().println(CommandLines.programName(line) + ": " + message(e) + source);
    line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static String message(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return CommandLines.oneLine(e);
    }
    CommandLine line = e.getCommandLine();
    String first = unmatched.getUnmatched().get(0);
    if (unmatched.isUnknownOption()) {
      // picocli lists the option's value as unmatched too.
      return "Unknown option: '%s'".formatted(first)
          + hint(first.split("=", 2)[0], line.getCommandSpec().optionsMap().keySet());
    }
    return line.getSubcommands().isEmpty()
        ? CommandLines.oneLine(e)
        : "there is no command '%s'".formatted(first) + hint(first, line.getSubcommands().keySet());
  }

  private static String hint(String name, Set<String> known) {
    return NearestName.of(name, known).map(": did you mean %s?"::formatted).orElse("");
  }

  /** The variable that set the value, if it is not on the command line. */
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
