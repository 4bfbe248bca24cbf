package dev.vgg16.cli.heads.release;

import dev.vgg16.release.Release;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes the last step of a release back. */
@Command(
    name = ReleaseLog.ROLLBACK,
    mixinStandardHelpOptions = true,
    description = {
      "Takes a release back. While other versions have a share of the traffic: ends those, so that "
          + "the default version answers all. Otherwise: makes the version the default that was it "
          + "before, as NAME/releases.jsonl has it.",
      ""
    })
public final class RollbackCommand implements Callable<Integer> {

  @Mixin private ReleaseOptions options;

  @Parameters(paramLabel = "NAME", description = "The head.")
  private String name;

  @Override
  public Integer call() {
    ReleasedHead head = ReleasedHead.in(options.heads(), NamedVersion.requireName(name));
    return options.change(head, before -> back(head, before));
  }

  private static Release back(ReleasedHead head, Release before) {
    if (!before.traffic().isEmpty()) {
      return before.withoutTraffic();
    }
    int previous =
        head.log()
            .previousDefault()
            .orElseThrow(
                () ->
                    new ReleaseFailure(
                        "%s/%s has no earlier default version of %s: name one, as in heads pin %s@%d"
                            .formatted(
                                head.folder(),
                                ReleaseLog.NAME,
                                head.name(),
                                head.name(),
                                head.versions().get(0))));
    var unused = head.require(previous);
    return before.withStable(previous);
  }
}
