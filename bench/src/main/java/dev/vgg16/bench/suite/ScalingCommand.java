package dev.vgg16.bench.suite;

import static dev.vgg16.bench.report.Figures.count;
import static dev.vgg16.bench.report.Figures.number;

import dev.vgg16.bench.report.MarkdownTable;
import dev.vgg16.bench.report.Results;
import dev.vgg16.bench.scaling.MeasuredCosts;
import dev.vgg16.bench.scaling.ScalingModel;
import dev.vgg16.bench.scaling.ScalingModel.MapForm;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model of the resources for GPUs and many hosts; measures nothing. */
@Command(
    name = "scaling",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Cores and network that a GPU would need, from the results of throughput and relay.")
public final class ScalingCommand implements Callable<Integer> {

  private static final List<Gpu> GPUS =
      List.of(new Gpu("T4", 65), new Gpu("L4", 121), new Gpu("A100", 312), new Gpu("H100", 989));
  private static final List<Integer> FEATURE_REPLICAS = List.of(10, 100, 1000);
  private static final List<Integer> NETWORKS = List.of(10, 25, 100);

  @Mixin private OutputOptions output;

  @Option(
      names = "--utilisation",
      paramLabel = "SHARE",
      defaultValue = "0.4",
      description =
          "Share of a GPU's peak that the backbone is assumed to reach. Default: ${DEFAULT-VALUE}.")
  private double utilisation;

  @Option(
      names = "--network-share",
      paramLabel = "SHARE",
      defaultValue = "0.8",
      description = "Share of a network's rate assumed usable. Default: ${DEFAULT-VALUE}.")
  private double networkShare;

  /**
   * A GPU by its data sheet.
   *
   * @param teraOperations dense float16 on tensor cores, 10^12 a second
   */
  private record Gpu(String name, double teraOperations) {}

  /** What is assumed, for the results. */
  private record Assumptions(double utilisation, double networkShare, List<Gpu> gpus) {}

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf("scaling");
    MeasuredCosts costs = MeasuredCosts.read(results.folder());
    ScalingModel model =
        new ScalingModel(
            costs.imageKilobytes(), costs.frontMillis(), costs.headMicros(), utilisation);
    results.write(
        new Assumptions(utilisation, networkShare, GPUS),
        costs,
        String.join("\n\n", inputs(costs), replicas(costs, model), gpus(model), networks(model)));
    return 0;
  }

  private static String inputs(MeasuredCosts costs) {
    return new MarkdownTable("measured", "value")
        .row("processor", costs.processor())
        .row("an image file", number(costs.imageKilobytes(), 1) + " KB")
        .row(
            "CPU of feature-service an image, less the backbone's (%s)"
                .formatted(costs.precision()),
            number(costs.frontMillis(), 2) + " ms")
        .row("of that, relay a map", number(costs.relayMicros(), 0) + " us")
        .row("CPU of head-service a map", number(costs.headMicros(), 0) + " us")
        .toString();
  }

  /** Feature replicas like the one that was measured. */
  private static String replicas(MeasuredCosts costs, ScalingModel model) {
    MarkdownTable table =
        new MarkdownTable(
            "feature replicas of %d cores (%s)".formatted(costs.cores(), costs.precision()),
            "images/s",
            "head-service cores",
            "images in, Gbit/s",
            "maps out, Gbit/s: float32",
            "pooled",
            "connections of each head replica");
    for (int replicas : FEATURE_REPLICAS) {
      double rate = replicas * costs.imagesPerSecond();
      table.row(
          count(replicas),
          number(rate, 0),
          number(model.headCores(rate), 1),
          number(model.imageGigabits(rate), 2),
          number(model.mapGigabits(rate, MapForm.FLOAT32), 2),
          number(model.mapGigabits(rate, MapForm.POOLED), 2),
          // A feature replica has one to each.
          count(replicas));
    }
    return table.toString();
  }

  private static String gpus(ScalingModel model) {
    MarkdownTable table =
        new MarkdownTable(
            "a GPU of (TFLOPS)",
            "images/s",
            "feature-service cores",
            "head-service cores",
            "images in, Gbit/s",
            "maps out, Gbit/s: float32",
            "float16",
            "pooled");
    for (Gpu gpu : GPUS) {
      double rate = model.imagesPerSecond(gpu.teraOperations());
      table.row(
          "%s (%s)".formatted(gpu.name(), number(gpu.teraOperations(), 0)),
          number(rate, 0),
          number(model.featureCores(rate), 1),
          number(model.headCores(rate), 1),
          number(model.imageGigabits(rate), 2),
          number(model.mapGigabits(rate, MapForm.FLOAT32), 2),
          number(model.mapGigabits(rate, MapForm.FLOAT16), 2),
          number(model.mapGigabits(rate, MapForm.POOLED), 2));
    }
    return table.toString();
  }

  private String networks(ScalingModel model) {
    MarkdownTable table =
        new MarkdownTable(
            "a network of (Gbit/s)", "images/s", "maps/s: float32", "float16", "pooled");
    for (int gigabits : NETWORKS) {
      double usable = gigabits * networkShare;
      table.row(
          "" + gigabits,
          number(model.imagesPerSecondOver(usable), 0),
          number(model.mapsPerSecondOver(usable, MapForm.FLOAT32), 0),
          number(model.mapsPerSecondOver(usable, MapForm.FLOAT16), 0),
          number(model.mapsPerSecondOver(usable, MapForm.POOLED), 0));
    }
    return table.toString();
  }
}
