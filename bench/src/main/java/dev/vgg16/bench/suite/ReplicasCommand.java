package dev.vgg16.bench.suite;

import static com.google.common.base.Preconditions.checkArgument;
import static dev.vgg16.bench.report.Figures.count;
import static dev.vgg16.bench.report.Figures.number;

import dev.vgg16.bench.load.Photos;
import dev.vgg16.bench.replicas.Calls;
import dev.vgg16.bench.replicas.ScalingRun;
import dev.vgg16.bench.replicas.ScalingRun.Observed;
import dev.vgg16.bench.replicas.ScalingRun.ReplicaCounts;
import dev.vgg16.bench.replicas.ScalingRun.Step;
import dev.vgg16.bench.replicas.Shares;
import dev.vgg16.bench.report.LinePlot;
import dev.vgg16.bench.report.MarkdownTable;
import dev.vgg16.bench.report.Results;
import dev.vgg16.bench.stats.Latencies;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Replicas of both services that come and go under load. */
@Command(
    name = "replicas",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shares of the maps, latency and failed calls while replicas of both services come and go "
          + "under an open-loop load. The cache answers for the backbone, so that a small machine "
          + "has maps for many heads. Exit code 1 if a call failed."
    })
public final class ReplicasCommand implements Callable<Integer> {

  private static final List<ReplicaCounts> PLAN =
      List.of(
          new ReplicaCounts(1, 1),
          new ReplicaCounts(2, 1),
          new ReplicaCounts(4, 1),
          new ReplicaCounts(8, 1),
          new ReplicaCounts(4, 1),
          new ReplicaCounts(2, 1),
          new ReplicaCounts(2, 2),
          new ReplicaCounts(2, 4),
          new ReplicaCounts(2, 2),
          new ReplicaCounts(2, 1));

  /** Of the points in the plots. */
  private static final int WINDOW_SECONDS = 2;

  @Mixin private OutputOptions output;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "150",
      description = "Images a second, as a Poisson process. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--step-seconds",
      paramLabel = "S",
      defaultValue = "30",
      description = "How long the load goes on after each change. Default: ${DEFAULT-VALUE}.")
  private int stepSeconds;

  /** For the results. */
  private record Conditions(int rate, int stepSeconds) {}

  /** The figures. */
  private record Figures(List<StepFigures> steps, int calls, int failed) {}

  /**
   * What a step showed; seconds count from the end of the change where replicas were added, and
   * from its begin where some were removed.
   *
   * @param secondsToShare until each new head replica had at least half of an even share; null if
   *     none was added, or one never had
   * @param secondsToLast until the last map of the removed ones; null if none was removed
   * @param furthestPercent from an even share, in the second half of the step
   */
  private record StepFigures(
      ReplicaCounts before,
      ReplicaCounts after,
      @Nullable Double secondsToShare,
      @Nullable Double secondsToLast,
      double furthestPercent,
      int calls,
      int failed,
      double p50Millis,
      double p99Millis) {

    static StepFigures of(Step step, Calls calls, Shares shares) {
      Calls during = calls.between(step.begin(), step.end());
      Latencies latencies = during.latencies();
      return new StepFigures(
          step.before(),
          step.after(),
          secondsToShare(step, shares),
          secondsToLast(step, shares),
          shares.furthestPercent(
              step.after().heads(), (step.changed() + step.end()) / 2, step.end()),
          during.count(),
          during.failureCount(),
          latencies.p50(),
          latencies.p99());
    }

    private static @Nullable Double secondsToShare(Step step, Shares shares) {
      int before = step.before().heads();
      int after = step.after().heads();
      if (after <= before) {
        return null;
      }
      OptionalDouble seconds =
          shares.secondsUntilAllTakePart(before, after, step.changed(), step.end());
      return seconds.isPresent() ? seconds.getAsDouble() : null;
    }

    private static @Nullable Double secondsToLast(Step step, Shares shares) {
      int after = step.after().heads();
      return after < step.before().heads()
          ? shares.secondsUntilLast(after, step.begin(), step.end())
          : null;
    }
  }

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf("replicas");
    checkArgument(rate >= 1, "rate must be at least 1, not %s", rate);
    checkArgument(stepSeconds >= 5, "step-seconds must be at least 5, not %s", stepSeconds);
    Observed observed =
        new ScalingRun(PLAN, rate, stepSeconds)
            .run(
                Photos.smallOf(Path.of("samples")).requests(List.of()),
                next -> output.progress("replicas: " + describe(next)));
    Figures figures = figures(observed);
    results.write(
        new Conditions(rate, stepSeconds),
        figures,
        String.join(
            "\n\n",
            table(figures),
            "%s images at %d a second; failed: %s"
                .formatted(
                    count(figures.calls()),
                    rate,
                    figures.failed() == 0 ? "none" : observed.calls().failures()),
            results.plot("replicas-shares", sharesPlot(observed)),
            results.plot("replicas-latency", latencyPlot(observed))));
    return figures.failed() == 0 ? 0 : 1;
  }

  private static Figures figures(Observed observed) {
    return new Figures(
        observed.steps().stream()
            .map(step -> StepFigures.of(step, observed.calls(), observed.shares()))
            .toList(),
        observed.calls().count(),
        observed.calls().failureCount());
  }

  private static String table(Figures figures) {
    MarkdownTable table =
        new MarkdownTable(
            "head replicas",
            "feature replicas",
            "new ones take part after, s",
            "last map of removed ones after, s",
            "furthest from an even share",
            "images",
            "failed",
            "p50, ms",
            "p99, ms");
    for (StepFigures step : figures.steps()) {
      table.row(
          change(step.before().heads(), step.after().heads()),
          change(step.before().features(), step.after().features()),
          optional(step.secondsToShare()),
          optional(step.secondsToLast()),
          number(step.furthestPercent(), 1) + "%",
          count(step.calls()),
          count(step.failed()),
          number(step.p50Millis(), 1),
          number(step.p99Millis(), 1));
    }
    return table.toString();
  }

  private static String change(int before, int after) {
    return before == after ? "" + after : "%d to %d".formatted(before, after);
  }

  private static String optional(@Nullable Double seconds) {
    return seconds == null ? "" : number(seconds, 1);
  }

  private static LinePlot sharesPlot(Observed observed) {
    return new LinePlot(
        "Maps a second of the busiest and the least busy head replica",
        "seconds",
        "maps/s",
        List.of(
            new LinePlot.Line(
                "busiest", sharePoints(observed, maps -> Arrays.stream(maps).max().orElseThrow())),
            new LinePlot.Line(
                "least busy",
                sharePoints(observed, maps -> Arrays.stream(maps).min().orElseThrow())),
            new LinePlot.Line(
                "even share",
                sharePoints(observed, maps -> Arrays.stream(maps).average().orElseThrow()))));
  }

  /** While replicas are added or removed there is no point. */
  private static List<LinePlot.Point> sharePoints(
      Observed observed, ToDoubleFunction<double[]> which) {
    return observed.steps().stream()
        .flatMap(
            step ->
                windows(step.changed(), step.end())
                    .mapToObj(
                        from ->
                            new LinePlot.Point(
                                from,
                                which.applyAsDouble(
                                        observed
                                            .shares()
                                            .maps(
                                                step.after().heads(), from, from + WINDOW_SECONDS))
                                    / WINDOW_SECONDS)))
        .toList();
  }

  private static LinePlot latencyPlot(Observed observed) {
    return new LinePlot(
        "Latency while replicas come and go",
        "seconds",
        "ms",
        List.of(
            new LinePlot.Line("p99", latencyPoints(observed, Latencies::p99)),
            new LinePlot.Line("p50", latencyPoints(observed, Latencies::p50))));
  }

  private static List<LinePlot.Point> latencyPoints(
      Observed observed, ToDoubleFunction<Latencies> which) {
    double end = observed.steps().get(observed.steps().size() - 1).end();
    return windows(0, end)
        .mapToObj(
            from ->
                new LinePlot.Point(
                    from,
                    which.applyAsDouble(
                        observed.calls().between(from, from + WINDOW_SECONDS).latencies())))
        .toList();
  }

  private static DoubleStream windows(double from, double end) {
    return IntStream.range(0, (int) ((end - from) / WINDOW_SECONDS))
        .mapToDouble(window -> from + window * WINDOW_SECONDS);
  }

  private static String describe(ReplicaCounts replicas) {
    return "%d of head-service, %d of feature-service"
        .formatted(replicas.heads(), replicas.features());
  }
}
