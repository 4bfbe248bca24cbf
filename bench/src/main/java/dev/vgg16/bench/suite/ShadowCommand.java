package dev.vgg16.bench.suite;

import static dev.vgg16.bench.report.Figures.goal;
import static dev.vgg16.bench.report.Figures.number;
import static dev.vgg16.bench.report.Figures.series;

import dev.vgg16.bench.load.ClosedLoop;
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

/** What a version in the shadow costs. */
@Command(
    name = "shadow",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Throughput with a second version of the head in the shadow and with none, in alternating "
            + "rounds of services that run side by side.")
public final class ShadowCommand implements Callable<Integer> {

  private static final Path HEAD = Path.of("models", "heads", "cats-vs-dogs", "1");
  private static final double GOAL = 0.97;

  @Mixin private LoadOptions load;
  @Mixin private OutputOptions output;

  /** The figures of one precision, with those of each round. */
  private record Figures(
      String precision,
      Series without,
      Series with,
      Series ratio,
      Series withoutCpuMillis,
      Series withCpuMillis) {}

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf(load.resultName("shadow"));
    List<Figures> all = new ArrayList<>();
    for (Precision precision : load.precisions(Precision.INT8)) {
      all.add(measure(precision));
    }
    results.write(load.conditions(), all, table(all));
    return 0;
  }

  private Figures measure(Precision precision) throws Exception {
    Path requests = load.photos().writeRequests(List.of());
    List<String> arguments = load.featureArguments(precision);
    try (VersionsOfHead plain = VersionsOfHead.of(HEAD, false);
        VersionsOfHead shadowed = VersionsOfHead.of(HEAD, true);
        Services plainServices = Services.start(plain.folder(), arguments);
        Services shadowedServices = Services.start(shadowed.folder(), arguments)) {
      ClosedLoop without = load.closedLoop(plainServices);
      ClosedLoop with = load.closedLoop(shadowedServices);
      output.progress("shadow, %s: warming up".formatted(precision));
      without.run(requests, load.rounds().warmup());
      with.run(requests, load.rounds().warmup());
      List<ClosedLoop.Round> ofWithout = new ArrayList<>();
      List<ClosedLoop.Round> ofWith = new ArrayList<>();
      for (int round = 0; round < load.rounds().count(); round++) {
        ofWithout.add(without.run(requests, load.rounds().length()));
        ofWith.add(with.run(requests, load.rounds().length()));
        output.progress(
            "shadow, %s, round %d: without %.1f, with %.1f images/s"
                .formatted(
                    precision,
                    round + 1,
                    ofWithout.get(round).imagesPerSecond(),
                    ofWith.get(round).imagesPerSecond()));
      }
      return figures(precision, ofWithout, ofWith);
    }
  }

  private static Figures figures(
      Precision precision, List<ClosedLoop.Round> ofWithout, List<ClosedLoop.Round> ofWith) {
    Series without = Series.of(ofWithout, ClosedLoop.Round::imagesPerSecond);
    Series with = Series.of(ofWith, ClosedLoop.Round::imagesPerSecond);
    return new Figures(
        precision.toString(),
        without,
        with,
        with.over(without),
        Series.of(ofWithout, round -> round.cpuMillis().head()),
        Series.of(ofWith, round -> round.cpuMillis().head()));
  }

  private static String table(List<Figures> all) {
    MarkdownTable table =
        new MarkdownTable(
            "precision",
            "no shadow, images/s",
            "one version in the shadow",
            "with / without",
            "goal",
            "CPU ms an image of head-service: without",
            "with");
    for (Figures f : all) {
      table.row(
          f.precision(),
          series(f.without(), 1),
          series(f.with(), 1),
          series(f.ratio(), 3),
          goal(">= " + GOAL, f.ratio().median() >= GOAL),
          number(f.withoutCpuMillis().median(), 2),
          number(f.withCpuMillis().median(), 2));
    }
    return table.toString();
  }
}
