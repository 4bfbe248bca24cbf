package dev.vgg16.bench.suite;

import static com.google.common.base.Preconditions.checkArgument;

import java.time.Duration;
import picocli.CommandLine.Option;

/** A mixin: number and length of the rounds. */
final class RoundOptions {

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Number of rounds. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "8",
      description = "Length of a round. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--warmup-seconds",
      paramLabel = "S",
      defaultValue = "30",
      description =
          "Load before the first round; a JVM needs some 20 s of it to compile. "
              + "Default: ${DEFAULT-VALUE}.")
  private int warmupSeconds;

  int count() {
    checkArgument(count >= 1, "rounds must be at least 1, not %s", count);
    return count;
  }

  Duration length() {
    checkArgument(seconds >= 1, "seconds must be at least 1, not %s", seconds);
    return Duration.ofSeconds(seconds);
  }

  Duration warmup() {
    checkArgument(warmupSeconds >= 1, "warmup-seconds must be at least 1, not %s", warmupSeconds);
    return Duration.ofSeconds(warmupSeconds);
  }

  /** For the results. */
  record Conditions(int rounds, long seconds, long warmupSeconds) {}

  Conditions conditions() {
    return new Conditions(count(), length().toSeconds(), warmup().toSeconds());
  }
}
