package dev.vgg16.bench.suite;

import static com.google.common.base.Preconditions.checkArgument;
import static dev.vgg16.bench.report.Figures.goal;
import static dev.vgg16.bench.report.Figures.series;

import dev.vgg16.bench.process.Services;
import dev.vgg16.bench.report.MarkdownTable;
import dev.vgg16.bench.report.Results;
import dev.vgg16.bench.stats.Series;
import dev.vgg16.feature.backbone.BackboneOptions.ProviderChoice;
import dev.vgg16.feature.backbone.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The time from the start of a replica until it serves. */
@Command(
    name = "startup",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Time from the start of each service's process to its line that it serves.")
public final class StartupCommand implements Callable<Integer> {

  private static final double HEAD_GOAL_SECONDS = 1.5;

  @Mixin private OutputOptions output;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "7",
      description = "Number of starts of each. Default: ${DEFAULT-VALUE}.")
  private int starts;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "INT8",
      description = "Precision of the backbone. Default: int8.")
  private Precision precision;

  @Option(
      names = "--execution-provider",
      paramLabel = "cpu|openvino|cuda",
      defaultValue = "CPU",
      description = "What runs the backbone. Default: cpu.")
  private ProviderChoice provider;

  /** For the results. */
  private record Conditions(int starts, String precision, String executionProvider) {}

  /** Seconds from the start of the process. */
  private record Figures(Series featureSeconds, Series headSeconds, double goalSeconds) {}

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf(LoadOptions.resultName("startup", provider));
    checkArgument(starts >= 1, "starts must be at least 1, not %s", starts);
    List<Double> feature = new ArrayList<>();
    List<Double> head = new ArrayList<>();
    // The first start fills the page cache.
    for (int start = 0; start <= starts; start++) {
      try (Services services =
          Services.start(
              List.of(
                  "--precision",
                  precision.toString(),
                  "--execution-provider",
                  LoadOptions.name(provider)))) {
        services.requireServing();
        if (start > 0) {
          feature.add(services.feature().secondsToReady());
          head.add(services.head().secondsToReady());
          output.progress(
              "startup, start %d: feature-service %.3f, head-service %.3f s"
                  .formatted(start, feature.get(start - 1), head.get(start - 1)));
        }
      }
    }
    Figures figures =
        new Figures(Series.of(feature), Series.of(head), Goals.startSeconds(provider));
    results.write(
        new Conditions(starts, precision.toString(), LoadOptions.name(provider)),
        figures,
        table(figures));
    return 0;
  }

  private static String table(Figures figures) {
    return new MarkdownTable("service", "start to SERVING, s", "goal")
        .row(
            "feature-service",
            series(figures.featureSeconds(), 2),
            goal(
                "<= " + figures.goalSeconds(),
                figures.featureSeconds().median() <= figures.goalSeconds()))
        .row(
            "head-service",
            series(figures.headSeconds(), 2),
            goal("<= " + HEAD_GOAL_SECONDS, figures.headSeconds().median() <= HEAD_GOAL_SECONDS))
        .toString();
  }
}
