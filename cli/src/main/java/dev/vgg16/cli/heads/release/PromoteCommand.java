package dev.vgg16.cli.heads.release;

import com.google.common.collect.Sets;
import dev.vgg16.release.Release;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a version the default, which ends its trial. */
@Command(
    name = "promote",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a version the default: the name means it. A share of the traffic that it had, and its "
          + "scoring in the shadow, end.",
      ""
    })
public final class PromoteCommand implements Callable<Integer> {

  @Mixin private ReleaseOptions options;

  @Parameters(paramLabel = "NAME@VERSION", description = "The version.")
  private String version;

  @Override
  public Integer call() {
    NamedVersion promoted = NamedVersion.parse(version);
    return options.change(
        promoted,
        (head, before) -> {
          var unused = head.require(promoted.version());
          return withoutTrial(before, promoted.version()).withStable(promoted.version());
        });
  }

  private static Release withoutTrial(Release release, int version) {
    return release.withShadow(Sets.difference(release.shadow(), Set.of(version)));
  }
}
