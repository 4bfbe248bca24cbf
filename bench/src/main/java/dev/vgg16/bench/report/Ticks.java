package dev.vgg16.bench.report;

import java.util.List;
import java.util.stream.LongStream;

/**
 * The ticks of an axis: multiples of a round step, which is 1, 2 or 5 times a power of ten.
 *
 * @param step the distance of two ticks
 */
record Ticks(double step) {

  private static final int MAX_STEPS = 5;
  private static final List<Integer> ROUND = List.of(1, 2, 5, 10);

  /** The smallest step of which at most five fit into a span. */
  static Ticks of(double span) {
    if (span <= 0) {
      return new Ticks(1);
    }
    double least = span / MAX_STEPS;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    return new Ticks(
        ROUND.stream()
            .mapToDouble(factor -> factor * power)
            .filter(s -> s >= least)
            .min()
            .orElse(least));
  }

  /** The ticks from one value to another, both included. */
  List<Double> between(double min, double max) {
    return LongStream.rangeClosed((long) Math.ceil(min / step), (long) Math.floor(max / step))
        .mapToObj(multiple -> multiple * step)
        .toList();
  }

  /** The first tick that is not below a value. */
  double ceiling(double value) {
    return Math.ceil(value / step) * step;
  }

  /** A tick with the digits of the step. */
  String label(double tick) {
    return Figures.number(tick, (int) Math.max(0, -Math.floor(Math.log10(step))));
  }
}
