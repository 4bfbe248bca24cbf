package dev.vgg16.cli.heads.release;

import dev.vgg16.cli.connection.DebugOption;
import dev.vgg16.cli.output.Printable;
import dev.vgg16.release.Release;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A mixin of the commands that change which versions of a head answer. */
final class ReleaseOptions {

  @Option(
      names = "--heads",
      paramLabel = "DIR",
      defaultValue = "models/heads",
      description = "The folder of heads, head-service's --heads (default: ${DEFAULT-VALUE}).")
  private Path heads;

  @Mixin
  @SuppressWarnings("UnusedVariable") // read by CommandLines
  private DebugOption debug;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** The folder of heads. */
  Path heads() {
    return heads;
  }

  /** Changes the release of a version's head, and prints what has changed. */
  int change(NamedVersion version, BiFunction<ReleasedHead, Release, Release> change) {
    ReleasedHead head = ReleasedHead.in(heads, version.name());
    return change(head, before -> change.apply(head, before));
  }

  /** The same of a head. */
  int change(ReleasedHead head, UnaryOperator<Release> change) {
    String changed = head.change(spec.name(), InstantSource.system(), change);
    print(changed);
    return 0;
  }

  void print(String line) {
    spec.commandLine().getOut().println(Printable.of(line));
  }
}
