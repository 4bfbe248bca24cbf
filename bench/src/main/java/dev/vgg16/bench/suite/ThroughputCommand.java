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

/** How much of what ONNX Runtime alone can do is left of it in the service. */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Images a second of ONNX Runtime alone and of the service, in turns.")
public final class ThroughputCommand implements Callable<Integer> {

  private static final double INT8_GOAL = 0.92;
  private static final double FLOAT_GOAL = 0.97;

  /** ONNX Runtime itself compiles nothing; a few runs fill its arenas. */
  private static final Duration BARE_WARMUP = Duration.ofSeconds(2);

  @Mixin private LoadOptions load;
  @Mixin private OutputOptions output;

  /** The figures of one precision; each round's too. */
  private record Figures(
      String precision,
      String layout,
      Series ratio,
      double goal,
      Series bareImagesPerSecond,
      Series serviceImagesPerSecond,
      Series bareCpuMillis,
      Series featureCpuMillis,
      Series headCpuMillis,
      Series ghzCpuMillis,
      Series meanBatch,
      double featureResidentMib,
      double headResidentMib,
      String otherLayout,
      Series otherBareImagesPerSecond) {}

  /** Sessions and the threads of each. */
  private record Layout(int sessions, int threads) {
    static Layout of(int sessions) {
      return new Layout(
          sessions, Math.max(1, Runtime.getRuntime().availableProcessors() / sessions));
    }

    /** One session for all processors, or one for each. */
    Layout other() {
      return of(sessions == 1 ? Runtime.getRuntime().availableProcessors() : 1);
    }

    @Override
    public String toString() {
      return sessions + " x " + threads;
    }
  }

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf(load.resultName("throughput"));
    List<Figures> all = new ArrayList<>();
    for (Precision precision : load.precisions(Precision.INT8, Precision.FP32)) {
      all.add(measure(precision));
    }
    results.write(load.conditions(), all, tables(all));
    return 0;
  }

  private Figures measure(Precision precision) throws Exception {
    Layout layout = Layout.of(load.instances(precision));
    Path requests = load.photos().writeRequests(List.of());
    List<BareBackbone.Round> bareRounds = new ArrayList<>();
    List<ClosedLoop.Round> serviceRounds = new ArrayList<>();
    List<BareBackbone.Round> otherRounds = new ArrayList<>();
    try (BareBackbone bare =
            load.bare(precision, load.batch(), layout.sessions(), layout.threads());
        BareBackbone other =
            load.bare(
                precision, load.batch(), layout.other().sessions(), layout.other().threads());
        Services services = Services.start(load.featureArguments(precision))) {
      ClosedLoop service = load.closedLoop(services);
      output.progress("throughput, %s: warming up".formatted(precision));
      service.run(requests, load.rounds().warmup());
      bare.run(BARE_WARMUP);
      other.run(BARE_WARMUP);
      for (int round = 0; round < load.rounds().count(); round++) {
        bareRounds.add(bare.run(load.rounds().length()));
        serviceRounds.add(service.run(requests, load.rounds().length()));
        otherRounds.add(other.run(load.rounds().length()));
        output.progress(
            "throughput, %s, round %d: bare %.1f, service %.1f, bare %s %.1f images/s"
                .formatted(
                    precision,
                    round + 1,
                    bareRounds.get(round).imagesPerSecond(),
                    serviceRounds.get(round).imagesPerSecond(),
                    layout.other(),
                    otherRounds.get(round).imagesPerSecond()));
      }
      Series bareSpeed = Series.of(bareRounds, BareBackbone.Round::imagesPerSecond);
      Series serviceSpeed = Series.of(serviceRounds, ClosedLoop.Round::imagesPerSecond);
      return new Figures(
          precision.toString(),
          layout.toString(),
          serviceSpeed.over(bareSpeed),
          precision == Precision.INT8 ? INT8_GOAL : FLOAT_GOAL,
          bareSpeed,
          serviceSpeed,
          Series.of(bareRounds, BareBackbone.Round::cpuMillis),
          Series.of(serviceRounds, round -> round.cpuMillis().feature()),
          Series.of(serviceRounds, round -> round.cpuMillis().head()),
          Series.of(serviceRounds, round -> round.cpuMillis().ghz()),
          Series.of(serviceRounds, ClosedLoop.Round::meanBatch),
          services.feature().residentMib(),
          services.head().residentMib(),
          layout.other().toString(),
          Series.of(otherRounds, BareBackbone.Round::imagesPerSecond));
    }
  }

  private static String tables(List<Figures> all) {
    return speeds(all) + "\n\n" + costs(all);
  }

  private static MarkdownTable speeds(List<Figures> all) {
    MarkdownTable table =
        new MarkdownTable(
            "precision",
            "bare, images/s",
            "service, images/s",
            "service / bare",
            "goal",
            "bare in the other layout, images/s");
    for (Figures f : all) {
      table.row(
          f.precision(),
          "%s (%s)".formatted(series(f.bareImagesPerSecond(), 1), f.layout()),
          series(f.serviceImagesPerSecond(), 1),
          series(f.ratio(), 3),
          goal(">= " + f.goal(), f.ratio().median() >= f.goal()),
          "%s (%s)".formatted(series(f.otherBareImagesPerSecond(), 1), f.otherLayout()));
    }
    return table;
  }

  private static MarkdownTable costs(List<Figures> all) {
    MarkdownTable table =
        new MarkdownTable(
            "precision",
            "CPU ms an image: bare",
            "feature-service",
            "head-service",
            "ghz",
            "images a run",
            "resident MiB: feature-service",
            "head-service");
    for (Figures f : all) {
      table.row(
          f.precision(),
          number(f.bareCpuMillis().median(), 2),
          number(f.featureCpuMillis().median(), 2),
          number(f.headCpuMillis().median(), 2),
          number(f.ghzCpuMillis().median(), 2),
          number(f.meanBatch().median(), 1),
          number(f.featureResidentMib(), 0),
          number(f.headResidentMib(), 0));
    }
    return table;
  }
}
