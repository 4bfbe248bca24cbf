package dev.vgg16.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoissonArrivalsTest {

  private static final Duration LENGTH = Duration.ofSeconds(1000);

  @Test
  void comeInOrderAtTheMeanRate() {
    long[] schedule = PoissonArrivals.schedule(50, LENGTH, 1);
    assertThat(schedule).isSorted();
    assertThat(schedule[schedule.length - 1]).isLessThan(LENGTH.toNanos());
    assertThat(schedule.length).isCloseTo(50_000, withinPercentage(2));
  }

  @Test
  void theGapsAreExponential() {
    long[] schedule = PoissonArrivals.schedule(50, LENGTH, 1);
    // A share of 1/e is longer than the mean gap.
    long longGaps =
        IntStream.range(1, schedule.length)
            .filter(i -> schedule[i] - schedule[i - 1] > 20_000_000)
            .count();
    assertThat(longGaps).isCloseTo((long) (schedule.length / Math.E), withinPercentage(2));
  }

  @Test
  void theSeedFixesThem() {
    assertThat(PoissonArrivals.schedule(50, LENGTH, 7))
        .isEqualTo(PoissonArrivals.schedule(50, LENGTH, 7))
        .isNotEqualTo(PoissonArrivals.schedule(50, LENGTH, 8));
  }
}
