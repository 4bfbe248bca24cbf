package dev.vgg16.standalone;

import dev.vgg16.commandline.CommandLines;
import dev.vgg16.commandline.EnvironmentDefaults;
import dev.vgg16.commandline.UnknownVariables;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The variables that have the options of both services. Immutable. */
record ServiceVariables(Map<String, String> values) {

  private static final Logger logger = LoggerFactory.getLogger(ServiceVariables.class);

  ServiceVariables {
    values = Map.copyOf(values);
  }

  ServiceVariables set(String name, Optional<String> value) {
    return value.map(it -> set(name, it)).orElse(this);
  }

  ServiceVariables set(String name, String value) {
    Map<String, String> changed = new HashMap<>(values);
    changed.put(name, value);
    return new ServiceVariables(changed);
  }

  /** Sets a variable that has no value. */
  ServiceVariables orElse(String name, Path value) {
    return get(name, "").isEmpty() ? set(name, value.toString()) : this;
  }

  /** Without a value, or with an empty one, the other. */
  String get(String name, String otherwise) {
    String value = values.getOrDefault(name, "");
    return value.isEmpty() ? otherwise : value;
  }

  /**
   * Gives a service's command line its options; warns of variables that are none.
   *
   * @throws IllegalArgumentException names the variable whose value is wrong
   */
  <C extends Callable<Integer>> C parse(C command, String prefix) {
    CommandLine line = CommandLines.of(command, prefix, values);
    try {
      line.parseArgs();
    } catch (ParameterException e) {
      String variable =
          e.getArgSpec() instanceof OptionSpec option
              ? new EnvironmentDefaults(prefix, values).variable(option) + ": "
              : "";
      throw new IllegalArgumentException(variable + e.getMessage(), e);
    }
    UnknownVariables.of(line, prefix, values).warnings().forEach(logger::warn);
    return command;
  }

  /** Starts a service; an error about options says whose they are. */
  static <T> T naming(String service, Callable<T> start) throws Exception {
    try {
      return start.call();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(service + ": " + e.getMessage(), e);
    }
  }
}
