package dev.vgg16.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeterministicQueueTest {

  private static final double SERVICE_SECONDS = 0.01;

  @ParameterizedTest
  @ValueSource(doubles = {0.4, 0.6, 0.8, 0.9})
  void theMeanIsThatOfPollaczekAndKhinchine(double load) {
    Histogram latencies = queue(1).latencies(load / SERVICE_SECONDS, 1);
    double expected = SERVICE_SECONDS * (1 + load / (2 * (1 - load)));
    assertThat(latencies.getMean() / 1e9).isCloseTo(expected, withinPercentage(3));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1.5, 2.5, 3.5})
  void theDistributionIsThatOfErlang(double services) {
    double load = 0.6;
    Histogram latencies = queue(1).latencies(load / SERVICE_SECONDS, 2);
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
  void moreServersOfTheSameCapacityQueueLessButServeLonger() {
    DeterministicQueue one = DeterministicQueue.ofCapacity(1, 100);
    DeterministicQueue four = DeterministicQueue.ofCapacity(4, 100);
    assertThat(four.serviceSeconds()).isCloseTo(0.04, within(1e-12));
    assertThat(four.name()).isEqualTo("M/D/4");
    double waitOfOne = one.latencies(80, 1).getMean() / 1e9 - 0.01;
    double waitOfFour = four.latencies(80, 1).getMean() / 1e9 - 0.04;
    assertThat(waitOfFour).isBetween(0.0, waitOfOne);
  }

  @Test
  void refusesALoadThatItCantTake() {
    assertThatThrownBy(() -> queue(1).latencies(100, 1)).hasMessageContaining("less than 1");
  }

  private static DeterministicQueue queue(int servers) {
    return new DeterministicQueue(servers, SERVICE_SECONDS);
  }
}
