package dev.vgg16.bench.suite;

import static dev.vgg16.bench.report.Figures.count;
import static dev.vgg16.bench.report.Figures.goal;
import static dev.vgg16.bench.report.Figures.number;

import dev.vgg16.bench.load.OpenLoop;
import dev.vgg16.bench.load.Photos;
import dev.vgg16.bench.process.Services;
import dev.vgg16.bench.report.LinePlot;
import dev.vgg16.bench.report.MarkdownTable;
import dev.vgg16.bench.report.Results;
import dev.vgg16.bench.stats.DeterministicQueue;
import dev.vgg16.bench.stats.Latencies;
import dev.vgg16.bench.stats.PoissonArrivals;
import dev.vgg16.bench.stats.Series;
import dev.vgg16.feature.backbone.Precision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Latency with random arrivals, as from independent clients. */
@Command(
    name = "open-loop",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Latency at several loads of an open loop, compared with an M/D/1 queue of the same capacity "
          + "and schedule."
    })
public final class OpenLoopCommand implements Callable<Integer> {

  @Mixin private LoadOptions load;
  @Mixin private OutputOptions output;

  @Option(
      names = "--loads",
      paramLabel = "PERCENT",
      split = ",",
      defaultValue = "40,60,80,90",
      description = "Loads, in percent of the measured capacity. Default: ${DEFAULT-VALUE}.")
  private List<Integer> loads;

  @Option(
      names = "--load-seconds",
      paramLabel = "S",
      defaultValue = "60",
      description = "How long each load lasts. Default: ${DEFAULT-VALUE}.")
  private int loadSeconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the arrivals. Default: ${DEFAULT-VALUE}.")
  private long seed;

  /** The load with a goal, for the ratio of the 99th percentile to the queue's. */
  private static final int GOAL_PERCENT = 80;

  private static final double GOAL = 1.3;

  /** For the results. */
  private record Conditions(LoadOptions.Conditions load, int loadSeconds, long seed) {}

  /** The figures of one precision. */
  private record Figures(String precision, Series capacity, List<AtLoad> loads) {}

  /** Latencies at one load in milliseconds, of the service and of the queue. */
  private record AtLoad(int percent, Latencies measured, Latencies queue) {

    double ratio() {
      return measured.p99() / queue.p99();
    }
  }

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf(load.resultName("open-loop"));
    List<Figures> all = new ArrayList<>();
    for (Precision precision : load.precisions(Precision.INT8)) {
      all.add(measure(precision));
    }
    String plot = results.plot(plot(all.get(0)));
    results.write(
        new Conditions(load.conditions(), loadSeconds, seed), all, table(all) + "\n\n" + plot);
    return 0;
  }

  private Figures measure(Precision precision) throws Exception {
    Photos photos = load.photos();
    try (Services services = Services.start(load.featureArguments(precision));
        OpenLoop client = new OpenLoop(services.featureTarget(), photos.requests(List.of()))) {
      output.progress("open-loop, %s: measuring the capacity".formatted(precision));
      Series capacity = Capacity.measure(load, services, photos);
      DeterministicQueue queue = DeterministicQueue.ofCapacity(capacity.median());
      // Warms up the streams and this client.
      client.run(schedule(0.5 * capacity.median(), load.rounds().length()));
      List<AtLoad> measured = new ArrayList<>();
      for (int percent : loads) {
        double rate = capacity.median() * percent / 100;
        long[] schedule = schedule(rate, Duration.ofSeconds(loadSeconds));
        Latencies latencies = Latencies.of(client.run(schedule));
        Latencies ofQueue = Latencies.of(queue.latencies(schedule));
        measured.add(new AtLoad(percent, latencies, ofQueue));
        output.progress(
            "open-loop, %s, %d%% of %.1f images/s: p50 %.1f, p99 %.1f ms; M/D/1: %.1f, %.1f"
                .formatted(
                    precision,
                    percent,
                    capacity.median(),
                    latencies.p50(),
                    latencies.p99(),
                    ofQueue.p50(),
                    ofQueue.p99()));
      }
      return new Figures(precision.toString(), capacity, measured);
    }
  }

  private long[] schedule(double perSecond, Duration length) {
    return PoissonArrivals.schedule(perSecond, length, seed);
  }

  private static String table(List<Figures> all) {
    MarkdownTable table =
        new MarkdownTable(
            "precision",
            "load",
            "images",
            "p50, ms",
            "p90",
            "p99",
            "p99.9",
            "p50 of M/D/1",
            "p99 of M/D/1",
            "p99 / that",
            "goal");
    for (Figures f : all) {
      for (AtLoad at : f.loads()) {
        table.row(
            f.precision(),
            "%d%% of %s/s".formatted(at.percent(), number(f.capacity().median(), 1)),
            count(at.measured().count()),
            number(at.measured().p50(), 1),
            number(at.measured().p90(), 1),
            number(at.measured().p99(), 1),
            number(at.measured().p999(), 1),
            number(at.queue().p50(), 1),
            number(at.queue().p99(), 1),
            number(at.ratio(), 2),
            at.percent() == GOAL_PERCENT ? goal("<= " + GOAL, at.ratio() <= GOAL) : "");
      }
    }
    return table.toString();
  }

  private static LinePlot plot(Figures figures) {
    return new LinePlot(
        "Latency under load, %s".formatted(figures.precision()),
        "load, % of capacity",
        "ms",
        List.of(
            line("p50", figures, at -> at.measured().p50()),
            line("p99", figures, at -> at.measured().p99()),
            line("p99 of M/D/1", figures, at -> at.queue().p99())));
  }

  private static LinePlot.Line line(String name, Figures figures, ToDoubleFunction<AtLoad> figure) {
    return new LinePlot.Line(
        name,
        figures.loads().stream()
            .map(at -> new LinePlot.Point(at.percent(), figure.applyAsDouble(at)))
            .toList());
  }
}
