package dev.vgg16.cli.extract;

import dev.vgg16.cli.connection.DebugOption;
import dev.vgg16.cli.images.InputFile;
import dev.vgg16.cli.output.Printable;
import dev.vgg16.cli.output.Terminal;
import dev.vgg16.cli.upload.Upload;
import dev.vgg16.cli.upload.UploadArguments;
import dev.vgg16.cli.upload.UploadSession;
import dev.vgg16.client.Clock;
import dev.vgg16.client.UploadResult;
import dev.vgg16.v1.ExtractResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends image files and writes their feature maps to a file. */
@Command(
    name = "extract",
    mixinStandardHelpOptions = true,
    description = "Writes the feature maps of image files, for numpy.load.")
public final class ExtractCommand implements Callable<Integer> {

  @Mixin private UploadArguments arguments;

  @Mixin
  @SuppressWarnings("UnusedVariable") // read by CommandLines
  private DebugOption debug;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = {
        "OUT.npy: one float32 array [files, 5, 5, 512], in the order of the files;",
        "OUT.npz: an array [5, 5, 512] for each file, under its name without the extension."
      })
  private Path output;

  @Spec private CommandSpec spec;

  private final Clock clock;
  private final Terminal terminal;

  public ExtractCommand(Clock clock, Terminal terminal) {
    this.clock = clock;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    Upload upload = arguments.prepare(clock, terminal);
    List<String> names = upload.files().stream().map(InputFile::name).toList();
    FeatureFile.Format format = FeatureFile.Format.of(output, names);
    Path folder = output.toAbsolutePath().resolveSibling("");
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new IllegalArgumentException(
          "can't write %s: there is no folder %s that can be written to".formatted(output, folder));
    }
    List<String> failures;
    // In the same folder, so that it replaces the output in one step; a run that fails or is
    // interrupted leaves an earlier output as it was.
    Path partial = Files.createTempFile(folder, ".vgg16-", ".part");
    // For Ctrl-C, which skips the finally block.
    partial.toFile().deleteOnExit();
    try {
      failures = extractTo(partial, format, upload);
      if (failures.isEmpty()) {
        Files.move(partial, output, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(partial);
    }
    return report(upload.files().size(), failures);
  }

  private int report(int files, List<String> failures) {
    if (failures.isEmpty()) {
      spec.commandLine()
          .getOut()
          .printf("%,d feature maps written to %s%n", files, Printable.of(output.toString()));
      return 0;
    }
    failures.forEach(spec.commandLine().getErr()::println);
    // An incomplete array could be mistaken for a complete one.
    spec.commandLine()
        .getErr()
        .printf("%,d of %,d files failed: nothing was written%n", failures.size(), files);
    return 1;
  }

  private static List<String> extractTo(Path path, FeatureFile.Format format, Upload upload)
      throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>();
    try (UploadSession session = upload.open();
        FeatureFile out = format.create(path, session.backbone().getOutputShapeList())) {
      session.send(
          "extract",
          session.features().extractStream(),
          (outcome, progress) -> write(outcome, out, failures));
    }
    return failures;
  }

  private static void write(
      UploadResult<InputFile, ExtractResponse> outcome, FeatureFile out, List<String> failures) {
    if (outcome.failure().isPresent()) {
      failures.add(Printable.of(outcome.item().name()) + ": " + outcome.failure().get());
      return;
    }
    try {
      out.write(outcome.index(), outcome.result().orElseThrow().getMaps().getData());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
