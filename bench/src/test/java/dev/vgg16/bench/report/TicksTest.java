package dev.vgg16.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicksTest {

  @ParameterizedTest
  @CsvSource({
    "420, 100",
    "100, 20",
    "50, 10",
    "26, 10",
    "25, 5",
    "3, 1",
    "1.1, 0.5",
    "0.04, 0.01",
    "0, 1"
  })
  void theStepIsRound(double span, double step) {
    assertThat(Ticks.of(span).step()).isEqualTo(step);
  }

  @Test
  void ticksAreMultiplesOfTheStepWithinTheAxis() {
    assertThat(new Ticks(20).between(40, 90)).isEqualTo(List.of(40.0, 60.0, 80.0));
    assertThat(new Ticks(20).between(41, 59)).isEmpty();
  }

  @Test
  void anAxisEndsWithATickAboveItsValues() {
    assertThat(new Ticks(100).ceiling(420)).isEqualTo(500);
    assertThat(new Ticks(100).ceiling(400)).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"20, 40, 40", "1000, 5000, '5,000'", "0.5, 10.5, 10.5", "0.01, 0.04, 0.04"})
  void labelsHaveTheDigitsOfTheStep(double step, double tick, String label) {
    assertThat(new Ticks(step).label(tick)).isEqualTo(label);
  }
}
