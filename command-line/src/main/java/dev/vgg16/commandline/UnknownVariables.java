package dev.vgg16.commandline;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Finds environment variables with a program's prefix that are not options, such as mistyped names,
 * which have no effect.
 */
public final class UnknownVariables {

  /**
   * The variables that Kubernetes sets in each container for every service of the namespace, such
   * as FEATURE_SERVICE_SERVICE_HOST and FEATURE_SERVICE_PORT_50051_TCP_ADDR.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          ".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

  /** Without the prefix. */
  private final Set<String> known;

  private final Map<String, String> environment;
  private final String prefix;

  private UnknownVariables(Set<String> known, String prefix, Map<String, String> environment) {
    this.known = known;
    this.prefix = prefix + "_";
    this.environment = Map.copyOf(environment);
  }

  /**
   * @param prefix of the variables, as in {@link EnvironmentDefaults}
   */
  public static UnknownVariables of(
      CommandLine line, String prefix, Map<String, String> environment) {
    EnvironmentDefaults names = new EnvironmentDefaults(prefix, environment);
    Set<String> known = new TreeSet<>();
    for (OptionSpec option : line.getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        known.add(names.variable(option).substring(prefix.length() + 1));
      }
    }
    return new UnknownVariables(known, prefix, environment);
  }

  /** A line for each unknown variable, sorted by name. */
  public List<String> warnings() {
    return environment.keySet().stream()
        .filter(this::isUnknown)
        .sorted()
        .map(this::warning)
        .toList();
  }

  private boolean isUnknown(String name) {
    return name.startsWith(prefix)
        && !known.contains(name.substring(prefix.length()))
        && !SERVICE_LINK.matcher(name).matches()
        && !EnvironmentDefaults.isServiceLink(environment.getOrDefault(name, ""));
  }

  private String warning(String name) {
    String hint =
        NearestName.of(name.substring(prefix.length()), known)
            .map(near -> "did you mean %s?".formatted(prefix + near))
            .orElse("--help lists the options");
    return "the environment variable %s is not an option and has no effect: %s"
        .formatted(name, hint);
  }
}
