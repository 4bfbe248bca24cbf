package dev.vgg16.bench.suite;

import static dev.vgg16.bench.report.Figures.number;

import dev.vgg16.bench.load.BareBackbone;
import dev.vgg16.bench.report.MarkdownTable;
import dev.vgg16.bench.report.Results;
import dev.vgg16.feature.backbone.Precision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What ONNX Runtime alone does with batches of different sizes, in one session or several. */
@Command(
    name = "batch-sizes",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Images a second of ONNX Runtime alone, by batch size and number of sessions.")
public final class BatchSizesCommand implements Callable<Integer> {

  /** The first runs of a size choose algorithms and take memory. */
  private static final Duration BARE_WARMUP = Duration.ofMillis(300);

  @Mixin private LoadOptions load;
  @Mixin private OutputOptions output;

  @Option(
      names = "--batches",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2,4,8,16,32,64,128",
      description = "Batch sizes, with commas between. Default: ${DEFAULT-VALUE}.")
  private List<Integer> batches;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2",
      description = "Numbers of sessions, with commas between. Default: ${DEFAULT-VALUE}.")
  private List<Integer> sessions;

  /** The best round of one combination. */
  private record Figures(
      String precision,
      int batch,
      int sessions,
      double imagesPerSecond,
      double runMillis,
      double cpuMillis) {

    static Figures of(Precision precision, int batch, int sessions, BareBackbone.Round round) {
      return new Figures(
          precision.toString(),
          batch,
          sessions,
          round.imagesPerSecond(),
          round.runMillis(),
          round.cpuMillis());
    }
  }

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf(load.resultName("batch-sizes"));
    List<Figures> all = new ArrayList<>();
    for (Precision precision : load.precisions(Precision.INT8)) {
      for (int count : sessions) {
        all.addAll(measure(precision, count));
      }
    }
    results.write(load.conditions(), all, table(all));
    return 0;
  }

  private List<Figures> measure(Precision precision, int count) throws Exception {
    List<Figures> figures = new ArrayList<>();
    try (BareBackbone bare = load.bare(precision, Collections.max(batches), count, 0)) {
      for (int batch : batches) {
        BareBackbone.Round best = best(bare, batch);
        output.progress(
            "%s, %d session(s), batch %d: %.1f images/s, %.2f ms a run"
                .formatted(precision, count, batch, best.imagesPerSecond(), best.runMillis()));
        figures.add(Figures.of(precision, batch, count, best));
      }
    }
    return figures;
  }

  private BareBackbone.Round best(BareBackbone bare, int batch) throws Exception {
    bare.run(BARE_WARMUP, batch);
    List<BareBackbone.Round> rounds = new ArrayList<>();
    for (int round = 0; round < load.rounds().count(); round++) {
      rounds.add(bare.run(load.rounds().length(), batch));
    }
    return Collections.max(rounds, Comparator.comparingDouble(BareBackbone.Round::imagesPerSecond));
  }

  private static String table(List<Figures> all) {
    MarkdownTable table =
        new MarkdownTable(
            "precision", "sessions", "batch", "images/s", "ms a run (median)", "CPU ms an image");
    for (Figures f : all) {
      table.row(
          f.precision(),
          Integer.toString(f.sessions()),
          Integer.toString(f.batch()),
          number(f.imagesPerSecond(), 0),
          number(f.runMillis(), 2),
          number(f.cpuMillis(), 3));
    }
    return table.toString();
  }
}
