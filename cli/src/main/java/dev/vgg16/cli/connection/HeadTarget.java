package dev.vgg16.cli.connection;

import dev.vgg16.commandline.OptionHeading;
import picocli.CommandLine.Option;

/** A mixin: where the head service is. */
@OptionHeading("Services")
public final class HeadTarget {

  @Option(
      names = "--head-target",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:50052",
      description = "The head service (default: ${DEFAULT-VALUE}).")
  private String target;

  /** Its address. */
  public String address() {
    return target;
  }
}
