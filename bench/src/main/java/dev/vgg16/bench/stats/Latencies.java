package dev.vgg16.bench.stats;

import org.HdrHistogram.Histogram;

/** The distribution of a set of latencies, in milliseconds. */
public record Latencies(long count, double p50, double p90, double p99, double p999, double max) {

  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * @param nanos latencies in nanoseconds
   */
  public static Latencies of(Histogram nanos) {
    return new Latencies(
        nanos.getTotalCount(),
        percentile(nanos, 50),
        percentile(nanos, 90),
        percentile(nanos, 99),
        percentile(nanos, 99.9),
        nanos.getMaxValue() / NANOS_PER_MILLI);
  }

  /** A histogram for nanoseconds of any length, exact to three digits. */
  public static Histogram newHistogram() {
    return new Histogram(3);
  }

  private static double percentile(Histogram nanos, double percentile) {
    return nanos.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
  }
}
