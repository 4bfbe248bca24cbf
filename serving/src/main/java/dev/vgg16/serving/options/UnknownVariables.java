package dev.vgg16.serving.options;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Environment variables that look like options of a program and are none: somebody has mistyped a
 * name, and would not learn otherwise that it is without effect.
 */
public final class UnknownVariables {

  /**
   * What Kubernetes sets in each container for every service of its namespace, such as
   * FEATURE_SERVICE_SERVICE_HOST and FEATURE_SERVICE_PORT_50051_TCP_ADDR.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          ".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

  private final Set<String> known;
  private final Map<String, String> environment;
  private final String prefix;

  private UnknownVariables(Set<String> known, String prefix, Map<String, String> environment) {
    this.known = known;
    this.prefix = prefix + "_";
    this.environment = Map.copyOf(environment);
  }

  /**
   * @param prefix of the variables that stand in for options, as {@link EnvironmentDefaults} has it
   */
  public static UnknownVariables of(
      CommandLine line, String prefix, Map<String, String> environment) {
    EnvironmentDefaults names = new EnvironmentDefaults(prefix, environment);
    Set<String> known = new TreeSet<>();
    for (OptionSpec option : line.getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        known.add(names.variable(option));
      }
    }
    return new UnknownVariables(known, prefix, environment);
  }

  /** A line for each of them, in the order of their names. */
  public List<String> warnings() {
    return environment.keySet().stream()
        .filter(this::isUnknown)
        .sorted()
        .map(this::warning)
        .toList();
  }

  private boolean isUnknown(String name) {
    return name.startsWith(prefix)
        && !known.contains(name)
        && !SERVICE_LINK.matcher(name).matches()
        && !EnvironmentDefaults.isServiceLink(environment.get(name));
  }

  private String warning(String name) {
    String hint =
        nearest(name)
            .map(near -> "did you mean %s?".formatted(near))
            .orElse("--help lists those that there are");
    return "the environment variable %s is not an option and has no effect: %s"
        .formatted(name, hint);
  }

  /** The known name that takes the fewest changes, if these are few. */
  private Optional<String> nearest(String name) {
    String word = name.substring(prefix.length());
    return known.stream()
        .min(Comparator.comparingInt(other -> distance(name, other)))
        .filter(other -> distance(name, other) <= Math.max(2, word.length() / 3));
  }

  /** Levenshtein's: letters to insert, delete or replace. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
      }
    }
    return row[to.length()];
  }
}
