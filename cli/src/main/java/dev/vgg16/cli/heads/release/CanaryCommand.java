package dev.vgg16.cli.heads.release;

import dev.vgg16.release.InvalidReleaseException;
import dev.vgg16.release.Release;
import dev.vgg16.release.VersionsFile;
import java.math.BigDecimal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a version a share of the traffic. */
@Command(
    name = "canary",
    mixinStandardHelpOptions = true,
    description = {
      "Gives a version a share of the requests for the name, in place of all other shares, and the "
          + "label canary. The default version answers the rest.",
      ""
    })
public final class CanaryCommand implements Callable<Integer> {

  private static final String LABEL = "canary";

  @Mixin private ReleaseOptions options;

  @Option(
      names = "--percent",
      paramLabel = "PERCENT",
      required = true,
      description = "Its share, 0 to 100, with at most two decimals; 0: by the label alone.")
  private BigDecimal percent;

  @Parameters(paramLabel = "NAME@VERSION", description = "The version.")
  private String version;

  @Override
  public Integer call() {
    NamedVersion canary = NamedVersion.parse(version);
    return options.change(
        canary,
        (head, before) -> {
          head.requireBeside(canary.version(), before);
          if (head.meant(before) == canary.version()) {
            throw new ReleaseFailure(
                "%s is the default version: it answers what no other has a share of"
                    .formatted(canary));
          }
          return release(canary, before);
        });
  }

  private Release release(NamedVersion canary, Release before) {
    try {
      return before
          .withoutTraffic()
          .withShare(VersionsFile.share("--percent", canary.version(), percent))
          .withLabel(LABEL, canary.version());
    } catch (InvalidReleaseException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
