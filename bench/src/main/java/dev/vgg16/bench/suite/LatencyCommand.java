package dev.vgg16.bench.suite;

import static dev.vgg16.bench.report.Figures.goal;
import static dev.vgg16.bench.report.Figures.number;
import static dev.vgg16.bench.report.Figures.series;

import dev.vgg16.bench.load.BareBackbone;
import dev.vgg16.bench.load.ClosedLoop;
import dev.vgg16.bench.process.Services;
import dev.vgg16.bench.report.MarkdownTable;
import dev.vgg16.bench.report.Results;
import dev.vgg16.bench.stats.Series;
import dev.vgg16.feature.backbone.Precision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The latency that the service adds to ONNX Runtime for a single image. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Median latency of one image at a time and of one bare run, in alternating rounds.")
public final class LatencyCommand implements Callable<Integer> {

  private static final Duration BARE_WARMUP = Duration.ofSeconds(2);

  @Mixin private LoadOptions load;
  @Mixin private OutputOptions output;

  /** The figures of one precision: medians of single images, in milliseconds. */
  private record Figures(
      String precision, Series bareMillis, Series serviceMillis, Series added, double goalMillis) {}

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf(load.resultName("latency"));
    List<Figures> all = new ArrayList<>();
    for (Precision precision : load.precisions(Precision.INT8, Precision.FP32)) {
      all.add(measure(precision));
    }
    results.write(load.conditions(), all, table(all));
    return 0;
  }

  private Figures measure(Precision precision) throws Exception {
    Path requests = load.photos().writeRequests(List.of());
    List<Double> bareMillis = new ArrayList<>();
    List<Double> serviceMillis = new ArrayList<>();
    // One session with all processors, which a single run uses.
    try (BareBackbone bare = load.bare(precision, 1, 1, 0);
        Services services = Services.start(load.featureArguments(precision))) {
      output.progress("latency, %s: warming up".formatted(precision));
      // More images at a time compile the service sooner.
      load.closedLoop(services).run(requests, load.rounds().warmup());
      bare.run(BARE_WARMUP);
      ClosedLoop service = load.oneByOne(services);
      for (int round = 0; round < load.rounds().count(); round++) {
        bareMillis.add(bare.run(load.rounds().length()).runMillis());
        serviceMillis.add(service.run(requests, load.rounds().length()).p50Millis());
        output.progress(
            "latency, %s, round %d: bare %.2f, service %.2f ms"
                .formatted(precision, round + 1, bareMillis.get(round), serviceMillis.get(round)));
      }
    }
    Series bare = Series.of(bareMillis);
    Series service = Series.of(serviceMillis);
    return new Figures(
        precision.toString(),
        bare,
        service,
        service.minus(bare),
        load.goals(precision).addedMillis());
  }

  private static String table(List<Figures> all) {
    MarkdownTable table =
        new MarkdownTable("precision", "bare, ms", "service, ms", "added, ms", "goal");
    for (Figures f : all) {
      table.row(
          f.precision(),
          series(f.bareMillis(), 2),
          series(f.serviceMillis(), 2),
          series(f.added(), 2),
          goal("<= " + number(f.goalMillis(), 1) + " ms", f.added().median() <= f.goalMillis()));
    }
    return table.toString();
  }
}
