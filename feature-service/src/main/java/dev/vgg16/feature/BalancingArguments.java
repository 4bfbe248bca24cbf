package dev.vgg16.feature;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.service.grpc.StreamAge;
import java.time.Duration;
import picocli.CommandLine.Option;

/** A mixin: what spreads callers over the replicas. */
final class BalancingArguments {

  @OptionHeading("Network")
  @Option(
      names = "--max-stream-age-ms",
      paramLabel = "MS",
      defaultValue = "0",
      description =
          "Age at which a stream takes no more items, answers those that it has taken and ends with "
              + "UNAVAILABLE, so that its client opens the next one, which may be at another "
              + "replica. Up to a tenth less or more; 0: never. Default: ${DEFAULT-VALUE}.")
  private Duration maxStreamAge;

  @OptionHeading("Network")
  @Option(
      names = "--load-reports",
      description =
          "Tell callers the load, for those that balance by it: in the trailers of calls, and by "
              + "xds.service.orca.v3.OpenRcaService.")
  private boolean loadReports;

  /**
   * The options, checked.
   *
   * @throws IllegalArgumentException names the option that is wrong
   */
  BalancingOptions toOptions() {
    return new BalancingOptions(StreamAge.of(maxStreamAge), loadReports);
  }
}
