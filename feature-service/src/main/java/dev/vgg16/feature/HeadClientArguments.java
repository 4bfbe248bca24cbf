package dev.vgg16.feature;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.feature.relay.HeadClientOptions;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of the connection to the head service. */
@OptionHeading("Head service")
final class HeadClientArguments {

  @Option(
      names = "--head-target",
      paramLabel = "TARGET",
      defaultValue = "localhost:50052",
      description =
          "The head service: host:port, dns:///host:port, or ipv4:address:port,address:port. "
              + "Replicas are the addresses behind it; all are used, and the name is resolved "
              + "every second. Default: ${DEFAULT-VALUE}.")
  private String target;

  @Option(
      names = "--head-streams",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Most streams kept open to each head replica; one more is opened when the others are "
              + "busy. Default: ${DEFAULT-VALUE}.")
  private int streams;

  @Option(
      names = "--head-stream-age-ms",
      paramLabel = "MS",
      defaultValue = "60000",
      description =
          "A stream to a head replica is replaced after this time, so that replicas behind one "
              + "address get their share. Default: ${DEFAULT-VALUE}.")
  private Duration streamAge;

  @Option(
      names = "--head-stall-ms",
      paramLabel = "MS",
      defaultValue = "1500",
      description =
          "A head replica that is silent for this time while requests wait is given up; they are"
              + " sent to another. One that takes long sends progress and is not silent. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration stall;

  @Option(
      names = "--head-timeout-ms",
      paramLabel = "MS",
      defaultValue = "5000",
      description =
          "Longest wait for a head's answer, sending again included. Default: ${DEFAULT-VALUE}.")
  private Duration timeout;

  String target() {
    return target;
  }

  /**
   * @throws IllegalArgumentException names the option that is wrong
   */
  HeadClientOptions toOptions() {
    return new HeadClientOptions(target, streams, streamAge, stall, timeout);
  }
}
