package dev.vgg16.cli.classify;

import dev.vgg16.cli.images.InputFile;
import dev.vgg16.cli.output.Printable;
import dev.vgg16.client.Failure;
import dev.vgg16.client.UploadResult;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.Novelty;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Prints outcomes as a table, in the order of the files: a row for each, and with several heads for
 * each of them.
 */
final class TableRows implements Consumer<UploadResult<InputFile, ClassifyResponse>> {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final int LONGEST_NAME = 60;
  private static final int HEAD_WIDTH = 20;
  private static final int LABEL_WIDTH = 12;

  private final PrintWriter out;
  private final int nameWidth;
  private final boolean headColumn;
  private final boolean noveltyColumn;
  private final Map<Integer, UploadResult<InputFile, ClassifyResponse>> early = new HashMap<>();
  private int next;

  /**
   * @param headColumn whether to show which head a row is of
   * @param noveltyColumn whether to show how unlike the training images an image is
   */
  TableRows(PrintWriter out, List<InputFile> files, boolean headColumn, boolean noveltyColumn) {
    this.out = out;
    this.headColumn = headColumn;
    this.noveltyColumn = noveltyColumn;
    int longest =
        files.stream().mapToInt(file -> Printable.width(Printable.of(file.name()))).max().orElse(0);
    this.nameWidth = Math.max("file".length(), Math.min(longest, LONGEST_NAME));
    print("file", "head", "label", "score", "ms", "novelty");
  }

  @Override
  public void accept(UploadResult<InputFile, ClassifyResponse> outcome) {
    early.put(outcome.index(), outcome);
    UploadResult<InputFile, ClassifyResponse> ready = early.remove(next);
    while (ready != null) {
      print(ready);
      next++;
      ready = early.remove(next);
    }
  }

  private void print(UploadResult<InputFile, ClassifyResponse> outcome) {
    String name = outcome.item().name();
    if (outcome.failure().isPresent()) {
      print(name, "", outcome.failure().get().toString());
      return;
    }
    String milliseconds = "%.1f".formatted(outcome.nanos() / NANOS_PER_MILLI);
    for (HeadScores head : outcome.result().orElseThrow().getHeadsList()) {
      String id = head.getHead() + "@" + head.getVersion();
      if (head.hasError()) {
        print(name, head.getHead(), Failure.of(head.getError()).toString());
      } else {
        ClassScore best = head.getScores(0);
        String score = "%.4f".formatted(best.getScore());
        print(name, id, label(head), score, milliseconds, novelty(head.getNovelty()));
      }
    }
  }

  /** The best class, or, of a head of several labels an image, those that apply. */
  private static String label(HeadScores head) {
    if (!head.getScores(0).hasThreshold()) {
      return head.getScores(0).getLabel();
    }
    return head.getScoresList().stream()
        .filter(score -> score.getScore() >= score.getThreshold())
        .map(ClassScore::getLabel)
        .reduce((first, second) -> first + ", " + second)
        .orElse("-");
  }

  private static String novelty(Novelty novelty) {
    return novelty.getDistance() > novelty.getThreshold()
        ? "%.2f, above %.2f".formatted(novelty.getDistance(), novelty.getThreshold())
        : "%.2f".formatted(novelty.getDistance());
  }

  private void print(
      String name, String head, String label, String score, String milliseconds, String novelty) {
    String row =
        Printable.padded(Printable.of(label), LABEL_WIDTH)
            + "  %8s  %8s".formatted(score, milliseconds);
    print(name, head, noveltyColumn ? row + "  " + novelty : row);
  }

  private void print(String name, String head, String rest) {
    String columns = Printable.padded(Printable.of(name), nameWidth) + "  ";
    if (headColumn) {
      columns += Printable.padded(Printable.of(head), HEAD_WIDTH) + "  ";
    }
    out.println((columns + Printable.of(rest)).stripTrailing());
  }
}
