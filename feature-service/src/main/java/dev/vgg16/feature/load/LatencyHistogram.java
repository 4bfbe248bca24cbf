package dev.vgg16.feature.load;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;

/** Counts latencies since the start, by their size. Thread-safe. */
final class LatencyHistogram {

  private static final double NANOS_PER_SECOND = 1e9;

  /** In milliseconds; close enough for quantiles of tens and of thousands of them. */
  private static final long[] MILLISECONDS = {
    1, 2, 3, 4, 5, 7, 10, 15, 20, 25, 30, 40, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500,
    2000, 3000, 5000, 7000, 10000, 15000, 20000, 30000
  };

  private static final long[] NANOS =
      LongStream.of(MILLISECONDS).map(bound -> bound * 1_000_000).toArray();

  private final AtomicLongArray counts = new AtomicLongArray(NANOS.length + 1);

  void add(long nanos) {
    int found = Arrays.binarySearch(NANOS, nanos);
    counts.incrementAndGet(found >= 0 ? found : -found - 1);
  }

  /** The upper bounds of the counts, in seconds; the last count has none. */
  static List<Double> bounds() {
    return LongStream.of(NANOS).mapToObj(nanos -> nanos / NANOS_PER_SECOND).toList();
  }

  /** How many were at most as large as each bound, and larger than the one before. */
  List<Long> counts() {
    return LongStream.range(0, counts.length()).mapToObj(i -> counts.get((int) i)).toList();
  }
}
