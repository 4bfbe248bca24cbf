package dev.vgg16.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {

  @Test
  void keepsTheRoundsAndTheirSpread() {
    Series series = Series.of(List.of(3.0, 1.0, 7.0));
    assertThat(series).isEqualTo(new Series(List.of(3.0, 1.0, 7.0), 3, 1, 7));
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetween() {
    assertThat(Series.of(List.of(4.0, 1.0, 2.0, 9.0)).median()).isEqualTo(3);
  }

  @Test
  void ratiosAreTakenPairByPair() {
    // The machine was half as fast in the second round; the ratio is the same.
    Series service = Series.of(List.of(90.0, 45.0, 81.0));
    Series bare = Series.of(List.of(100.0, 50.0, 100.0));
    assertThat(service.over(bare).rounds()).containsExactly(0.9, 0.9, 0.81);
    assertThat(service.minus(bare).median()).isEqualTo(-10);
  }

  @Test
  void refusesWhatCantBePaired() {
    Series one = Series.of(List.of(1.0));
    assertThatThrownBy(() -> one.over(Series.of(List.of(1.0, 2.0))))
        .hasMessage("1 rounds can't be paired with 2");
    assertThatThrownBy(() -> Series.of(List.of())).hasMessage("there is no round");
  }
}
