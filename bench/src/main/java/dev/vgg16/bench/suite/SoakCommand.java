package dev.vgg16.bench.suite;

import static dev.vgg16.bench.report.Figures.count;
import static dev.vgg16.bench.report.Figures.goal;
import static dev.vgg16.bench.report.Figures.number;

import dev.vgg16.bench.load.OpenLoop;
import dev.vgg16.bench.load.Photos;
import dev.vgg16.bench.process.MemorySamples;
import dev.vgg16.bench.process.MemorySamples.Sample;
import dev.vgg16.bench.process.ServiceProcess;
import dev.vgg16.bench.process.Services;
import dev.vgg16.bench.report.LinePlot;
import dev.vgg16.bench.report.MarkdownTable;
import dev.vgg16.bench.report.Results;
import dev.vgg16.bench.stats.Latencies;
import dev.vgg16.bench.stats.PoissonArrivals;
import dev.vgg16.bench.stats.Series;
import dev.vgg16.feature.backbone.Precision;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Growth of the memory under sustained load. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Resident memory of both services at 80%% of their capacity.")
public final class SoakCommand implements Callable<Integer> {

  private static final double LOAD = 0.8;
  private static final double GOAL_PERCENT = 2;
  private static final Duration SAMPLE_EACH = Duration.ofSeconds(5);

  /** All at once, so that full batches run: their memory is allocated once, at the first one. */
  private static final int BURST = 128;

  @Mixin private LoadOptions load;
  @Mixin private OutputOptions output;

  @Option(
      names = "--soak-seconds",
      paramLabel = "S",
      defaultValue = "600",
      description = "Length of the load. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--settle-seconds",
      paramLabel = "S",
      defaultValue = "60",
      description = "Growth before this time is not counted. Default: ${DEFAULT-VALUE}.")
  private int settleSeconds;

  /** For the results. */
  private record Conditions(LoadOptions.Conditions load, int seconds, int settleSeconds) {}

  /** The figures. */
  private record Figures(
      String precision, Series capacity, Latencies latencies, Memory feature, Memory head) {}

  /** One service's memory, and its largest growth after the settling time. */
  private record Memory(String service, double growthPercent, List<Sample> samples) {
    static Memory of(String service, MemorySamples memory, int settleSeconds) {
      return new Memory(service, memory.growthPercentAfter(settleSeconds), memory.samples());
    }
  }

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf(load.resultName("soak"));
    if (settleSeconds + SAMPLE_EACH.toSeconds() >= seconds) {
      throw new IllegalArgumentException(
          "soak-seconds must be well above settle-seconds (%d), not %d"
              .formatted(settleSeconds, seconds));
    }
    Figures figures = measure(load.precisions(Precision.INT8).get(0));
    String plot = results.plot(plot(figures));
    results.write(
        new Conditions(load.conditions(), seconds, settleSeconds),
        figures,
        table(figures) + "\n\n" + plot);
    return 0;
  }

  private Figures measure(Precision precision) throws Exception {
    Photos photos = load.photos();
    try (Services services = Services.start(load.featureArguments(precision));
        OpenLoop client = new OpenLoop(services.featureTarget(), photos.requests(List.of()))) {
      output.progress("soak, %s: measuring the capacity".formatted(precision));
      Series capacity = Capacity.measure(load, services, photos);
      client.run(new long[BURST]);
      output.progress("soak: %d s at 80%% of %.1f images/s".formatted(seconds, capacity.median()));
      long[] schedule =
          PoissonArrivals.schedule(LOAD * capacity.median(), Duration.ofSeconds(seconds), 1);
      try (MemorySamples feature = sample(services.feature());
          MemorySamples head = sample(services.head())) {
        Latencies latencies = Latencies.of(client.run(schedule));
        return new Figures(
            precision.toString(),
            capacity,
            latencies,
            Memory.of("feature-service", feature, settleSeconds),
            Memory.of("head-service", head, settleSeconds));
      }
    }
  }

  private static MemorySamples sample(ServiceProcess process) {
    return MemorySamples.start(process, SAMPLE_EACH);
  }

  private static String table(Figures figures) {
    MarkdownTable table =
        new MarkdownTable(
            "service", "resident MiB at the start", "at the end", "largest growth", "goal");
    for (Memory memory : List.of(figures.feature(), figures.head())) {
      List<Sample> samples = memory.samples();
      table.row(
          memory.service(),
          number(samples.get(0).residentMib(), 0),
          number(samples.get(samples.size() - 1).residentMib(), 0),
          number(memory.growthPercent(), 1) + "%",
          goal("<= " + number(GOAL_PERCENT, 0) + "%", memory.growthPercent() <= GOAL_PERCENT));
    }
    return "%s\n\n%s images at 80%% of %s images/s (%s); p50 %s ms, p99 %s ms, p99.9 %s ms."
        .formatted(
            table,
            count(figures.latencies().count()),
            number(figures.capacity().median(), 1),
            figures.precision(),
            number(figures.latencies().p50(), 1),
            number(figures.latencies().p99(), 1),
            number(figures.latencies().p999(), 1));
  }

  private static LinePlot plot(Figures figures) {
    return new LinePlot(
        "Resident memory under load",
        "seconds",
        "MiB",
        List.of(line(figures.feature()), line(figures.head())));
  }

  private static LinePlot.Line line(Memory memory) {
    return new LinePlot.Line(
        memory.service(),
        memory.samples().stream()
            .map(sample -> new LinePlot.Point(sample.seconds(), sample.residentMib()))
            .toList());
  }
}
