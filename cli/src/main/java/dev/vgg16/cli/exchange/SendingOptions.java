package dev.vgg16.cli.exchange;

import dev.vgg16.commandline.OptionHeading;
import java.time.Duration;
import picocli.CommandLine.Option;

/** A mixin: how files are sent. */
@OptionHeading("Sending")
public final class SendingOptions {

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "16",
      description = "Images sent and not answered at a time (default: ${DEFAULT-VALUE}).")
  private int inFlight;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "Longest wait for the answer to one image (default: ${DEFAULT-VALUE}).")
  private double timeout;

  /**
   * The options, checked.
   *
   * @throws IllegalArgumentException names the option that is wrong
   */
  public StreamUploader.Options toOptions() {
    return new StreamUploader.Options(inFlight, Duration.ofMillis((long) (timeout * 1000)));
  }
}
