package dev.vgg16.cli.heads.release;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints which versions of heads are to answer, as the folder says. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Prints which versions of heads are to answer, as the folder says, and the last change. `vgg16 "
          + "heads` prints what a head-service has loaded.",
      ""
    })
public final class StatusCommand implements Callable<Integer> {

  @Mixin private ReleaseOptions options;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The head; default: all.")
  private Optional<String> name;

  @Override
  public Integer call() {
    heads().forEach(this::print);
    return 0;
  }

  private List<ReleasedHead> heads() {
    return name.map(one -> List.of(ReleasedHead.in(options.heads(), NamedVersion.requireName(one))))
        .orElseGet(() -> ReleasedHead.allIn(options.heads()));
  }

  private void print(ReleasedHead head) {
    options.print(
        "%s: versions %s; %s%s"
            .formatted(
                head.name(),
                head.versions(),
                head.release().describe(),
                head.log().last().map(change -> "; changed " + change).orElse("")));
  }
}
