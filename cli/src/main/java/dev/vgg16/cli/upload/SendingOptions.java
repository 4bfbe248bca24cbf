package dev.vgg16.cli.upload;

import dev.vgg16.client.UploadOptions;
import dev.vgg16.commandline.OptionHeading;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Options: how files are sent. */
@OptionHeading("Sending")
final class SendingOptions {

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "16",
      description = "Images in flight at a time (default: ${DEFAULT-VALUE}).")
  private int inFlight;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "Longest wait for the response to one image (default: ${DEFAULT-VALUE}).")
  private double timeout;

  /**
   * The options, checked.
   *
   * @throws IllegalArgumentException names the invalid option
   */
  UploadOptions toOptions() {
    if (inFlight < 1) {
      throw new IllegalArgumentException("--in-flight must be at least 1, not " + inFlight);
    }
    Duration perImage = Duration.ofMillis((long) (timeout * 1000));
    if (perImage.isNegative() || perImage.isZero()) {
      throw new IllegalArgumentException("--timeout must be positive");
    }
    return new UploadOptions(inFlight, perImage);
  }
}
