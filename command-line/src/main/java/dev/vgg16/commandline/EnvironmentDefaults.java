package dev.vgg16.commandline;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Reads the defaults of options from environment variables: {@code --head-target} of a program with
 * prefix {@code FEATURE_SERVICE} from {@code FEATURE_SERVICE_HEAD_TARGET}. The command line takes
 * precedence.
 */
public final class EnvironmentDefaults implements IDefaultValueProvider {

  private final String prefix;
  private final Map<String, String> environment;

  public EnvironmentDefaults(String prefix, Map<String, String> environment) {
    this.prefix = prefix;
    this.environment = Map.copyOf(environment);
  }

  /** The variable of an option. */
  public String variable(OptionSpec option) {
    String name = option.longestName().replaceFirst("^-+", "");
    return prefix + "_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
      return null;
    }
    return value(option).orElse(arg.defaultValue());
  }

  /** The value of an option's variable, if it is set. */
  Optional<String> value(OptionSpec option) {
    return Optional.ofNullable(environment.get(variable(option)))
        .filter(value -> !value.isEmpty() && !isServiceLink(value));
  }

  /** Kubernetes sets NAME_PORT=tcp://... for each service of that name, which is not an option. */
  static boolean isServiceLink(String value) {
    return value.matches("(tcp|udp|sctp)://.*");
  }
}
