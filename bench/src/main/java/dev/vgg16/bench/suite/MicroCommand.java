package dev.vgg16.bench.suite;

import static dev.vgg16.bench.report.Figures.number;

import dev.vgg16.bench.report.MarkdownTable;
import dev.vgg16.bench.report.Results;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The time of single parts of the data path. */
@Command(
    name = "micro",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "JMH benchmarks of decoding, batching, the relay's messages, and a head.")
public final class MicroCommand implements Callable<Integer> {

  private static final String BENCHMARKS = "dev\\.vgg16\\.bench\\.micro\\..*";
  private static final String NAME = "micro";

  @Mixin private OutputOptions output;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Measurements of one second each, after three to warm up. Default: ${DEFAULT-VALUE}.")
  private int iterations;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      defaultValue = BENCHMARKS,
      description = "Which of them. Default: all.")
  private String only;

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf(NAME);
    Collection<RunResult> measured =
        new Runner(
                new OptionsBuilder()
                    .include(only)
                    .forks(1)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(iterations)
                    .measurementTime(TimeValue.seconds(1))
                    .shouldFailOnError(true)
                    .resultFormat(ResultFormatType.JSON)
                    .result(results.newFile().toString())
                    .build())
            .run();
    results.show(table(measured));
    return 0;
  }

  private static String table(Collection<RunResult> measured) {
    MarkdownTable table = new MarkdownTable("what", "with", "us", "error (99.9%)");
    for (RunResult run : measured) {
      Result<?> result = run.getPrimaryResult();
      table.row(
          shortName(run.getParams().getBenchmark()),
          parameters(run.getParams()),
          number(result.getScore(), 1),
          number(result.getScoreError(), 1));
    }
    return table.toString();
  }

  /** Class and method. */
  private static String shortName(String benchmark) {
    return benchmark.replaceFirst("^.*\\.([^.]+\\.[^.]+)$", "$1");
  }

  private static String parameters(BenchmarkParams params) {
    return params.getParamsKeys().stream()
        .map(key -> "%s %s".formatted(key, params.getParam(key)))
        .collect(Collectors.joining(", "));
  }
}
