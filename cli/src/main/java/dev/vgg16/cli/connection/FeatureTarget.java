package dev.vgg16.cli.connection;

import dev.vgg16.commandline.OptionHeading;
import picocli.CommandLine.Option;

/** A mixin: where the feature service is. */
@OptionHeading("Services")
public final class FeatureTarget {

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:50051",
      description = "The feature service (default: ${DEFAULT-VALUE}).")
  private String target;

  /** Its address. */
  public String address() {
    return target;
  }
}
