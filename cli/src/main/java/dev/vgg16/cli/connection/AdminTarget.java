package dev.vgg16.cli.connection;

import picocli.CommandLine.Option;

/** A mixin: where the head service is administered. */
public final class AdminTarget {

  @Option(
      names = "--admin-target",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:50053",
      description = "What head-service was given as --admin-port (default: ${DEFAULT-VALUE}).")
  private String target;

  /** Its address. */
  public String address() {
    return target;
  }
}
