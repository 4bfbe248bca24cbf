package dev.vgg16.bench.stats;

import static com.google.common.base.Preconditions.checkArgument;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;

/** Arrival times of independent requests: a Poisson process, reproducible by its seed. */
public final class PoissonArrivals {

  private static final double NANOS_PER_SECOND = 1e9;

  private PoissonArrivals() {}

  /**
   * All arrivals within a duration.
   *
   * @param perSecond their mean rate
   * @return nanoseconds from the start, ascending, each less than the length
   */
  public static long[] schedule(double perSecond, Duration length, long seed) {
    checkArgument(perSecond > 0, "the rate must be positive, was %s", perSecond);
    Random random = new Random(seed);
    double[] next = {0};
    return LongStream.generate(
            () -> {
              next[0] += nanosBetween(perSecond, random);
              return (long) next[0];
            })
        .takeWhile(at -> at < length.toNanos())
        .toArray();
  }

  private static double nanosBetween(double perSecond, Random random) {
    // 1 - nextDouble() is never 0.
    return -Math.log(1 - random.nextDouble()) / perSecond * NANOS_PER_SECOND;
  }
}
