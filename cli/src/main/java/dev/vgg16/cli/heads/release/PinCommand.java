package dev.vgg16.cli.heads.release;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a version the one that answers for the name, alone. */
@Command(
    name = "pin",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a version the default and ends all shares of the traffic: it answers every request for "
          + "the name.",
      ""
    })
public final class PinCommand implements Callable<Integer> {

  @Mixin private ReleaseOptions options;

  @Parameters(paramLabel = "NAME@VERSION", description = "The version.")
  private String version;

  @Override
  public Integer call() {
    NamedVersion pinned = NamedVersion.parse(version);
    return options.change(
        pinned,
        (head, before) -> {
          var unused = head.require(pinned.version());
          return before.withStable(pinned.version()).withoutTraffic();
        });
  }
}
