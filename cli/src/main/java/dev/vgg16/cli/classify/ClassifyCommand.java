package dev.vgg16.cli.classify;

import dev.vgg16.cli.connection.DebugOption;
import dev.vgg16.cli.explain.ExplainedPhotos;
import dev.vgg16.cli.images.InputFile;
import dev.vgg16.cli.output.Terminal;
import dev.vgg16.cli.upload.Upload;
import dev.vgg16.cli.upload.UploadArguments;
import dev.vgg16.cli.upload.UploadSession;
import dev.vgg16.client.Clock;
import dev.vgg16.client.UploadResult;
import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.HeadScores;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends image files and prints the heads' scores. */
@Command(
    name = "classify",
    mixinStandardHelpOptions = true,
    description = {
      "Classifies image files: JPEG, PNG or WebP.",
      "",
      "A row for each image and head: the most probable class, its score from 0 to 1, and ms, the "
          + "time from sending the image to its response. Up to --in-flight images are in flight at "
          + "a time, so ms is mostly queueing time; --in-flight 1 measures one image alone. With "
          + "--json, timing has the parts.",
      ""
    })
public final class ClassifyCommand implements Callable<Integer> {

  private static final double NANOS_PER_SECOND = 1e9;

  @OptionHeading("Answers")
  @Option(
      names = "--head",
      paramLabel = "NAME[@VERSION]",
      description =
          "A head to score with, also NAME@LABEL; can be given several times (default: the "
              + "service's).")
  private List<String> heads = List.of();

  @OptionHeading("Answers")
  @Option(
      names = "--routing-key",
      paramLabel = "KEY",
      defaultValue = "",
      description =
          "Where a head's traffic is split, all images get the version of this key, such as the "
              + "id of a user (default: each image's bytes decide).")
  private String routingKey;

  @OptionHeading("Answers")
  @Option(
      names = "--top-k",
      paramLabel = "N",
      defaultValue = "0",
      description = "Classes in each answer, best first; 0: all.")
  private int topK;

  @OptionHeading("Answers")
  @Option(
      names = "--novelty",
      description =
          "Also print the image's distance from each head's training images: above the head's "
              + "threshold its scores are unreliable, however high they are.")
  private boolean novelty;

  @OptionHeading("Answers")
  @Option(
      names = "--explain",
      paramLabel = "DIR",
      description =
          "Also write each image with a heat map over it into this folder: where each head sees its "
              + "most probable class.")
  private Optional<Path> explained;

  @OptionHeading("Answers")
  @Option(
      names = "--explain-class",
      paramLabel = "LABEL",
      description = "With --explain: this class instead of the most probable one.")
  private Optional<String> explainedClass;

  @OptionHeading("Answers")
  @Option(
      names = "--json",
      description = "Print one JSON object per line, in the order of the responses.")
  private boolean json;

  @Mixin private UploadArguments arguments;

  @Mixin
  @SuppressWarnings("UnusedVariable") // read by CommandLines
  private DebugOption debug;

  @Spec private CommandSpec spec;

  private final Clock clock;
  private final Terminal terminal;

  public ClassifyCommand(Clock clock, Terminal terminal) {
    this.clock = clock;
    this.terminal = terminal;
  }

  /** Counts the outcomes. */
  private static final class Tally {
    private int images;
    private int errors;

    void add(UploadResult<InputFile, ClassifyResponse> outcome) {
      images++;
      boolean failed =
          outcome.failure().isPresent()
              || outcome.result().orElseThrow().getHeadsList().stream()
                  .anyMatch(HeadScores::hasError);
      errors += failed ? 1 : 0;
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    if (topK < 0) {
      throw new IllegalArgumentException("--top-k must not be negative, was " + topK);
    }
    if (explainedClass.isPresent() && explained.isEmpty()) {
      throw new IllegalArgumentException("--explain-class needs --explain DIR, where pictures go");
    }
    Upload upload = arguments.prepare(clock, terminal);
    Consumer<UploadResult<InputFile, ClassifyResponse>> pictures = pictures(upload.files());
    Tally tally = new Tally();
    long start = clock.nanos();
    try (UploadSession session = upload.open()) {
      Consumer<UploadResult<InputFile, ClassifyResponse>> printer = printer(upload.files());
      session.send(
          "classify",
          session.features().classifyStream(template()),
          (outcome, progress) -> {
            tally.add(outcome);
            pictures.accept(outcome);
            progress.print(() -> printer.accept(outcome));
          });
    }
    if (!json) {
      printTotal(tally, clock.nanos() - start);
    }
    return tally.errors == 0 ? 0 : 1;
  }

  private ClassifyRequest template() {
    ClassifyRequest.Builder request =
        ClassifyRequest.newBuilder()
            .addAllHeads(heads)
            .setTopK(topK)
            .setNovelty(novelty)
            .setRoutingKey(routingKey);
    if (explained.isPresent()) {
      request.setExplain(Explain.newBuilder().setLabel(explainedClass.orElse("")));
    }
    return request.build();
  }

  private Consumer<UploadResult<InputFile, ClassifyResponse>> pictures(List<InputFile> files) {
    if (explained.isEmpty()) {
      return outcome -> {};
    }
    ExplainedPhotos photos =
        new ExplainedPhotos(explained.get(), files.stream().map(InputFile::path).toList());
    return outcome -> outcome.result().ifPresent(result -> write(photos, outcome, result));
  }

  /** Without a picture the scores are still valid, so this is only a warning. */
  private void write(
      ExplainedPhotos photos,
      UploadResult<InputFile, ClassifyResponse> outcome,
      ClassifyResponse result) {
    try {
      photos.write(outcome.item().path(), result);
    } catch (IOException e) {
      spec.commandLine()
          .getErr()
          .printf("no picture of %s: %s%n", outcome.item().name(), e.getMessage());
    }
  }

  private Consumer<UploadResult<InputFile, ClassifyResponse>> printer(List<InputFile> files) {
    PrintWriter out = spec.commandLine().getOut();
    return json
        ? outcome -> out.println(JsonLine.of(outcome))
        : new TableRows(out, files, heads.size() > 1, novelty);
  }

  private void printTotal(Tally tally, long nanos) {
    double seconds = nanos / NANOS_PER_SECOND;
    spec.commandLine()
        .getOut()
        .printf(
            "%n%,d images, %,d errors, %.1f s, %.1f images/s%n",
            tally.images, tally.errors, seconds, tally.images / seconds);
  }
}
