package dev.vgg16.cli.heads.release;

import com.google.common.collect.Sets;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a version score without answering. */
@Command(
    name = "shadow",
    mixinStandardHelpOptions = true,
    description = {
      "Lets a version score what the name is asked for, without answering: head-service's metrics "
          + "compare it with the versions that answer.",
      ""
    })
public final class ShadowCommand implements Callable<Integer> {

  @Mixin private ReleaseOptions options;

  @Option(names = "--off", description = "End that.")
  private boolean off;

  @Parameters(paramLabel = "NAME@VERSION", description = "The version.")
  private String version;

  @Override
  public Integer call() {
    NamedVersion shadow = NamedVersion.parse(version);
    Set<Integer> one = Set.of(shadow.version());
    return options.change(
        shadow,
        (head, before) -> {
          if (off) {
            return before.withShadow(Sets.difference(before.shadow(), one));
          }
          head.requireBeside(shadow.version(), before);
          return before.withShadow(Sets.union(before.shadow(), one));
        });
  }
}
