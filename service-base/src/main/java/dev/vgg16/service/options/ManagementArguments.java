package dev.vgg16.service.options;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.service.management.ManagementOptions;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** A mixin: the address of the management server. */
@OptionHeading("Management")
final class ManagementArguments {

  private static final String LOOPBACK = "127.0.0.1";

  @Option(
      names = "--management-host",
      paramLabel = "ADDRESS",
      description =
          "Address of the management listener; plain HTTP, for internal networks only. "
              + "Default: 127.0.0.1.")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      description =
          "Port of the management listener, for /livez, /readyz and Prometheus's /metrics; 0: none, "
              + "and nothing is measured unless a variable OTEL_... is set. "
              + "Default: 9091 of feature-service, 9092 of head-service.")
  private Optional<Integer> port = Optional.empty();

  @Option(names = "--metrics-host", hidden = true, description = "Old: --management-host.")
  private Optional<String> oldHost = Optional.empty();

  @Option(names = "--metrics-port", hidden = true, description = "Old: --management-port.")
  private Optional<Integer> oldPort = Optional.empty();

  ManagementOptions toOptions(int defaultPort) {
    warnIfDeprecated("--metrics-host", "--management-host", oldHost);
    warnIfDeprecated("--metrics-port", "--management-port", oldPort);
    return new ManagementOptions(
        host.or(() -> oldHost).orElse(LOOPBACK), port.or(() -> oldPort).orElse(defaultPort));
  }

  private static void warnIfDeprecated(String oldName, String name, Optional<?> value) {
    if (value.isPresent()) {
      LoggerFactory.getLogger(ManagementArguments.class)
          .warn("the option {} is deprecated and will be removed: use {}", oldName, name);
    }
  }
}
