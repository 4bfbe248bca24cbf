package dev.vgg16.bench.stats;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One figure, measured in several rounds.
 *
 * @param rounds in the order of measuring, at least one
 * @param median the middle one, or the mean of the two in the middle
 */
public record Series(List<Double> rounds, double median, double min, double max) {

  public Series {
    rounds = List.copyOf(rounds);
  }

  public static Series of(List<Double> rounds) {
    checkArgument(!rounds.isEmpty(), "there is no round");
    List<Double> sorted = rounds.stream().sorted().toList();
    int size = sorted.size();
    double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    return new Series(rounds, median, sorted.get(0), sorted.get(size - 1));
  }

  /** One figure of each round. */
  public static <T> Series of(List<T> rounds, ToDoubleFunction<T> figure) {
    return of(rounds.stream().map(figure::applyAsDouble).toList());
  }

  /** Divides pair by pair: a temporary slowdown of the machine affects both figures of a pair. */
  public Series over(Series other) {
    return pairwise(other, (a, b) -> a / b);
  }

  /** Subtracts the other pair by pair. */
  public Series minus(Series other) {
    return pairwise(other, (a, b) -> a - b);
  }

  private interface Pair {
    double combine(double a, double b);
  }

  private Series pairwise(Series other, Pair pair) {
    checkArgument(
        rounds.size() == other.rounds.size(),
        "%s rounds can't be paired with %s",
        rounds.size(),
        other.rounds.size());
    List<Double> combined = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      combined.add(pair.combine(rounds.get(i), other.rounds.get(i)));
    }
    return of(combined);
  }
}
