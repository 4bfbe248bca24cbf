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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The service's throughput compared with that of ONNX Runtime alone. */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Throughput of ONNX Runtime alone and of the service, in alternating rounds.")
public final class ThroughputCommand implements Callable<Integer> {

  /** ONNX Runtime itself compiles nothing; a few runs fill its arenas. */
  private static final Duration BARE_WARMUP = Duration.ofSeconds(2);

  @Mixin private LoadOptions load;
  @Mixin private OutputOptions output;

  /** The figures of one precision, with those of each round. */
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
      Series otherBareImagesPerSecond,
      @Nullable Series cpuProviderImagesPerSecond) {}

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

  /**
   * What is measured in alternating rounds.
   *
   * @param other the bare backbone in the other layout
   * @param cpuProvider the bare backbone on the CPU provider, beside another one
   * @param requests the file of requests to the service
   */
  private record Measured(
      BareBackbone bare,
      ClosedLoop service,
      BareBackbone other,
      @Nullable BareBackbone cpuProvider,
      Path requests) {}

  /** One round of each. */
  private record Round(
      BareBackbone.Round bare,
      ClosedLoop.Round service,
      BareBackbone.Round other,
      BareBackbone.@Nullable Round cpuProvider) {}

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
    try (BareBackbone bare = bare(precision, layout);
        BareBackbone other = bare(precision, layout.other());
        @Nullable BareBackbone cpuProvider = load.bareOnCpuProvider(precision);
        Services services = Services.start(load.featureArguments(precision))) {
      Measured measured =
          new Measured(bare, load.closedLoop(services), other, cpuProvider, requests);
      output.progress("throughput, %s: warming up".formatted(precision));
      warmUp(measured);
      List<Round> rounds = new ArrayList<>();
      for (int number = 1; number <= load.rounds().count(); number++) {
        Round round = run(measured);
        rounds.add(round);
        report(precision, layout, number, round);
      }
      return figures(precision, load.goals(precision).throughputRatio(), layout, rounds, services);
    }
  }

  private BareBackbone bare(Precision precision, Layout layout) {
    return load.bare(precision, load.batch(), layout.sessions(), layout.threads());
  }

  private void warmUp(Measured measured) throws Exception {
    measured.service().run(measured.requests(), load.rounds().warmup());
    measured.bare().run(BARE_WARMUP);
    measured.other().run(BARE_WARMUP);
    if (measured.cpuProvider() != null) {
      measured.cpuProvider().run(BARE_WARMUP);
    }
  }

  private Round run(Measured measured) throws Exception {
    Duration length = load.rounds().length();
    return new Round(
        measured.bare().run(length),
        measured.service().run(measured.requests(), length),
        measured.other().run(length),
        measured.cpuProvider() == null ? null : measured.cpuProvider().run(length));
  }

  private void report(Precision precision, Layout layout, int number, Round round) {
    output.progress(
        "throughput, %s, round %d: bare %.1f, service %.1f, bare %s %.1f images/s"
            .formatted(
                precision,
                number,
                round.bare().imagesPerSecond(),
                round.service().imagesPerSecond(),
                layout.other(),
                round.other().imagesPerSecond()));
  }

  private static Figures figures(
      Precision precision, double goal, Layout layout, List<Round> rounds, Services services)
      throws IOException {
    Series bareSpeed = Series.of(rounds, round -> round.bare().imagesPerSecond());
    Series serviceSpeed = Series.of(rounds, round -> round.service().imagesPerSecond());
    return new Figures(
        precision.toString(),
        layout.toString(),
        serviceSpeed.over(bareSpeed),
        goal,
        bareSpeed,
        serviceSpeed,
        Series.of(rounds, round -> round.bare().cpuMillis()),
        Series.of(rounds, round -> round.service().cpuMillis().feature()),
        Series.of(rounds, round -> round.service().cpuMillis().head()),
        Series.of(rounds, round -> round.service().cpuMillis().ghz()),
        Series.of(rounds, round -> round.service().meanBatch()),
        services.feature().residentMib(),
        services.head().residentMib(),
        layout.other().toString(),
        Series.of(rounds, round -> round.other().imagesPerSecond()),
        cpuProvider(rounds));
  }

  private static @Nullable Series cpuProvider(List<Round> rounds) {
    List<BareBackbone.Round> measured =
        rounds.stream().map(Round::cpuProvider).filter(Objects::nonNull).toList();
    return measured.isEmpty() ? null : Series.of(measured, BareBackbone.Round::imagesPerSecond);
  }

  private static String tables(List<Figures> all) {
    String speeds = speeds(all) + "\n\n" + costs(all);
    return all.stream().allMatch(f -> f.cpuProviderImagesPerSecond() == null)
        ? speeds
        : speeds + "\n\n" + overCpuProvider(all);
  }

  private static MarkdownTable overCpuProvider(List<Figures> all) {
    MarkdownTable table =
        new MarkdownTable(
            "precision", "bare on the CPU provider, images/s", "bare / that", "service / that");
    for (Figures f : all) {
      Series cpu = f.cpuProviderImagesPerSecond();
      if (cpu != null) {
        table.row(
            f.precision(),
            series(cpu, 1),
            series(f.bareImagesPerSecond().over(cpu), 2),
            series(f.serviceImagesPerSecond().over(cpu), 2));
      }
    }
    return table;
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
