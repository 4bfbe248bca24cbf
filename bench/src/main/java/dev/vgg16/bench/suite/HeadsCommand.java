package dev.vgg16.bench.suite;

import static dev.vgg16.bench.report.Figures.goal;
import static dev.vgg16.bench.report.Figures.series;

import dev.vgg16.bench.load.ClosedLoop;
import dev.vgg16.bench.load.Photos;
import dev.vgg16.bench.process.Services;
import dev.vgg16.bench.report.MarkdownTable;
import dev.vgg16.bench.report.Results;
import dev.vgg16.bench.stats.Series;
import dev.vgg16.feature.backbone.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The cost of a second head. */
@Command(
    name = "heads",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Throughput with two heads per image and with one, in alternating rounds.")
public final class HeadsCommand implements Callable<Integer> {

  private static final Path HEAD = Path.of("models", "heads", "cats-vs-dogs", "1");
  private static final double GOAL = 0.99;

  @Mixin private LoadOptions load;
  @Mixin private OutputOptions output;

  /** The figures of one precision, in images per second. */
  private record Figures(String precision, Series oneHead, Series twoHeads, Series ratio) {}

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf(load.resultName("heads"));
    List<Figures> all = new ArrayList<>();
    for (Precision precision : load.precisions(Precision.INT8)) {
      all.add(measure(precision));
    }
    results.write(load.conditions(), all, table(all));
    return 0;
  }

  private Figures measure(Precision precision) throws Exception {
    Photos photos = load.photos();
    try (TwinHeads heads = TwinHeads.of(HEAD);
        Services services = Services.start(heads.folder(), load.featureArguments(precision))) {
      Path one = photos.writeRequests(heads.names().subList(0, 1));
      Path two = photos.writeRequests(heads.names());
      ClosedLoop service = load.closedLoop(services);
      output.progress("heads, %s: warming up".formatted(precision));
      service.run(two, load.rounds().warmup());
      List<ClosedLoop.Round> ofOne = new ArrayList<>();
      List<ClosedLoop.Round> ofTwo = new ArrayList<>();
      for (int round = 0; round < load.rounds().count(); round++) {
        ofOne.add(service.run(one, load.rounds().length()));
        ofTwo.add(service.run(two, load.rounds().length()));
        output.progress(
            "heads, %s, round %d: one %.1f, two %.1f images/s"
                .formatted(
                    precision,
                    round + 1,
                    ofOne.get(round).imagesPerSecond(),
                    ofTwo.get(round).imagesPerSecond()));
      }
      Series oneHead = Series.of(ofOne, ClosedLoop.Round::imagesPerSecond);
      Series twoHeads = Series.of(ofTwo, ClosedLoop.Round::imagesPerSecond);
      return new Figures(precision.toString(), oneHead, twoHeads, twoHeads.over(oneHead));
    }
  }

  private static String table(List<Figures> all) {
    MarkdownTable table =
        new MarkdownTable("precision", "one head, images/s", "two heads", "two / one", "goal");
    for (Figures f : all) {
      table.row(
          f.precision(),
          series(f.oneHead(), 1),
          series(f.twoHeads(), 1),
          series(f.ratio(), 3),
          goal(">= " + GOAL, f.ratio().median() >= GOAL));
    }
    return table.toString();
  }
}
