package dev.vgg16.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeterministicQueueTest {

  private static final double SERVICE_SECONDS = 0.01;
  private static final DeterministicQueue QUEUE = new DeterministicQueue(SERVICE_SECONDS);

  @ParameterizedTest
  @ValueSource(doubles = {0.4, 0.6, 0.8, 0.9})
  void theMeanIsThatOfPollaczekAndKhinchine(double load) {
    Histogram latencies = latencies(load, 1);
    double expected = SERVICE_SECONDS * (1 + load / (2 * (1 - load)));
    assertThat(latencies.getMean() / 1e9).isCloseTo(expected, withinPercentage(3));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1.5, 2.5, 3.5})
  void theDistributionIsThatOfErlang(double services) {
    double load = 0.6;
    Histogram latencies = latencies(load, 2);
    double waited = services * SERVICE_SECONDS;
    double share =
        latencies.getPercentileAtOrBelowValue(Math.round((waited + SERVICE_SECONDS) * 1e9)) / 100;
    assertThat(share).isCloseTo(erlang(load, services), within(0.005));
  }

  /** P(waiting at most so many service times), by the known series. */
  private static double erlang(double load, double services) {
    double sum = 0;
    double factorial = 1;
    for (int k = 0; k <= services; k++) {
      factorial *= Math.max(1, k);
      double x = load * (k - services);
      sum += Math.pow(x, k) / factorial * Math.exp(-x);
    }
    return (1 - load) * sum;
  }

  @Test
  void anArrivalWaitsForThoseBeforeIt() {
    long ms = 1_000_000;
    Histogram latencies = QUEUE.latencies(new long[] {0, 4 * ms, 50 * ms});
    assertThat(latencies.getTotalCount()).isEqualTo(3);
    assertThat(latencies.getMinValue() / 1e6).isCloseTo(10, withinPercentage(0.1));
    assertThat(latencies.getValueAtPercentile(60) / 1e6).isCloseTo(10, withinPercentage(0.1));
    assertThat(latencies.getMaxValue() / 1e6).isCloseTo(16, withinPercentage(0.1));
  }

  @Test
  void theServiceTimeIsThatOfTheCapacity() {
    assertThat(DeterministicQueue.ofCapacity(100)).isEqualTo(QUEUE);
  }

  private static Histogram latencies(double load, long seed) {
    Duration length = Duration.ofSeconds(10_000);
    return QUEUE.latencies(PoissonArrivals.schedule(load / SERVICE_SECONDS, length, seed));
  }
}
