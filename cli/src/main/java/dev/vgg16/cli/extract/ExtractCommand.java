package dev.vgg16.cli.extract;

import com.google.protobuf.ByteString;
import dev.vgg16.cli.connection.Clock;
import dev.vgg16.cli.connection.Connection;
import dev.vgg16.cli.connection.DebugOption;
import dev.vgg16.cli.connection.FeatureTarget;
import dev.vgg16.cli.connection.SecurityOptions;
import dev.vgg16.cli.exchange.SendingOptions;
import dev.vgg16.cli.exchange.StreamUploader;
import dev.vgg16.cli.exchange.UploadResult;
import dev.vgg16.cli.images.ImageFile;
import dev.vgg16.cli.images.ImageFiles;
import dev.vgg16.cli.images.ImageReader;
import dev.vgg16.cli.output.Printable;
import dev.vgg16.cli.output.Progress;
import dev.vgg16.cli.output.Terminal;
import dev.vgg16.v1.GetBackboneResponse;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends image files and writes their feature maps to a file. */
@Command(
    name = "extract",
    mixinStandardHelpOptions = true,
    description = "Writes the feature maps of image files, for numpy.load.")
public final class ExtractCommand implements Callable<Integer> {

  @Mixin private SecurityOptions security;

  @Mixin private FeatureTarget target;
  @Mixin private SendingOptions sending;

  @Mixin
  @SuppressWarnings("UnusedVariable") // CommandLines looks for it.
  private DebugOption debug;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = {
        "OUT.npy: one float32 array [files, 5, 5, 512], in the order of the files;",
        "OUT.npz: an array [5, 5, 512] for each file, under its name without the ending."
      })
  private Path output;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description = "Image files, and folders whose images are all taken.")
  private List<Path> paths;

  @Spec private CommandSpec spec;

  private final Clock time;
  private final Terminal terminal;

  public ExtractCommand(Clock time, Terminal terminal) {
    this.time = time;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    StreamUploader.Options options = sending.toOptions();
    List<ImageFile> files = ImageFiles.find(paths);
    List<String> names = files.stream().map(ImageFile::name).toList();
    FeatureFile.Format format = FeatureFile.Format.of(output, names);
    Path folder = output.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new IllegalArgumentException(
          "can't write %s: there is no folder %s that can be written to".formatted(output, folder));
    }
    List<String> failures;
    // Beside the output, so that it can take its place in one step; a run that fails or is
    // interrupted leaves what was there.
    Path partial = Files.createTempFile(folder, ".vgg16-", ".part");
    // Where Ctrl-C ends the process in the middle.
    partial.toFile().deleteOnExit();
    try {
      failures = extractTo(partial, format, files, options);
      if (failures.isEmpty()) {
        Files.move(partial, output, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(partial);
    }
    return report(files.size(), failures);
  }

  private int report(int files, List<String> failures) {
    if (failures.isEmpty()) {
      spec.commandLine()
          .getOut()
          .printf("%,d feature maps written to %s%n", files, Printable.of(output.toString()));
      return 0;
    }
    failures.forEach(spec.commandLine().getErr()::println);
    // An array with a hole in it would be taken for the whole.
    spec.commandLine()
        .getErr()
        .printf("%,d of %,d files failed: nothing was written%n", failures.size(), files);
    return 1;
  }

  private List<String> extractTo(
      Path path, FeatureFile.Format format, List<ImageFile> files, StreamUploader.Options options)
      throws IOException, InterruptedException {
    try (Connection connection = Connection.open(target.address(), security.toOptions())) {
      GetBackboneResponse backbone = connection.backbone();
      try (FeatureFile out = format.create(path, backbone.getOutputShapeList())) {
        return extract(connection, backbone.getMaxImageBytes(), files, options, out);
      }
    }
  }

  private List<String> extract(
      Connection connection,
      long maxImageBytes,
      List<ImageFile> files,
      StreamUploader.Options options,
      FeatureFile out)
      throws InterruptedException {
    List<String> failures = new ArrayList<>();
    try (Progress progress = Progress.of("extract", files.size(), terminal)) {
      ExtractCall call = new ExtractCall(connection);
      new StreamUploader<>(call, new ImageReader(maxImageBytes), options, time)
          .run(
              files,
              outcome -> {
                write(outcome, out, failures);
                progress.step();
              });
    }
    return failures;
  }

  private static void write(
      UploadResult<ByteString> outcome, FeatureFile out, List<String> failures) {
    if (outcome.failure().isPresent()) {
      failures.add(Printable.of(outcome.file().name()) + ": " + outcome.failure().get());
      return;
    }
    try {
      out.write(outcome.index(), outcome.result().orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
