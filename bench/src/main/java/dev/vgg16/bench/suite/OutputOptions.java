package dev.vgg16.bench.suite;

import dev.vgg16.bench.report.MarkedDocument;
import dev.vgg16.bench.report.Results;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A mixin: destinations of the figures. */
final class OutputOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      defaultValue = "bench/results",
      description = "Folder of the JSON files. Default: ${DEFAULT-VALUE}.")
  private Path results;

  @Option(
      names = "--document",
      paramLabel = "FILE",
      defaultValue = "docs/performance.md",
      description =
          "Document whose tables are replaced; plots go into its folder images/. Default: ${DEFAULT-VALUE}.")
  private Path document;

  /**
   * The results of a part.
   *
   * @throws IllegalStateException when the document has no section for them
   */
  Results resultsOf(String part) throws IOException {
    return Results.open(
        part, results, new MarkedDocument(document), command.commandLine().getOut());
  }

  /** Prints progress. */
  void progress(String line) {
    command.commandLine().getErr().println("bench: " + line);
  }
}
