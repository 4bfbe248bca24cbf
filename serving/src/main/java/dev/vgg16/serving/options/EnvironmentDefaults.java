package dev.vgg16.serving.options;

import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Lets an environment variable stand in for each option: {@code --head-target} of a program with
 * prefix {@code FEATURE_SERVICE} is {@code FEATURE_SERVICE_HEAD_TARGET}. The command line wins.
 */
public final class EnvironmentDefaults implements IDefaultValueProvider {

  private final String prefix;
  private final Map<String, String> environment;

  public EnvironmentDefaults(String prefix, Map<String, String> environment) {
    this.prefix = prefix;
    this.environment = Map.copyOf(environment);
  }

  /** The variable for an option. */
  public String variable(OptionSpec option) {
    String name = option.longestName().replaceFirst("^-+", "");
    return prefix + "_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  @Override
  public String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
      return null;
    }
    String value = environment.get(variable(option));
    return value == null || value.isEmpty() || isServiceLink(value) ? arg.defaultValue() : value;
  }

  /**
   * Kubernetes sets NAME_PORT=tcp://... for each of its services of that name, and means no option.
   */
  private static boolean isServiceLink(String value) {
    return value.startsWith("tcp://");
  }
}
