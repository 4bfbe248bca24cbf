package dev.vgg16.bench.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vgg16.bench.replicas.Shares.Increment;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharesTest {

  // Replica 2 joins after 2 s, and has half of an even share in the second after 3 s.
  private static final Shares JOINING =
      new Shares(
          List.of(
              new Increment(0.5, 0, 50),
              new Increment(0.5, 1, 50),
              new Increment(1.5, 0, 50),
              new Increment(1.5, 1, 50),
              new Increment(2.5, 0, 45),
              new Increment(2.5, 1, 45),
              new Increment(2.5, 2, 10),
              new Increment(3.5, 0, 40),
              new Increment(3.5, 1, 40),
              new Increment(3.5, 2, 20)));

  @Test
  void countsTheMapsOfATime() {
    assertThat(JOINING.maps(3, 0, 2)).containsExactly(100, 100, 0);
    assertThat(JOINING.maps(2, 2, 4)).containsExactly(85, 85);
  }

  @Test
  void theFurthestMayBeAboveOrBelow() {
    assertThat(JOINING.furthestPercent(2, 0, 2)).isZero();
    assertThat(JOINING.furthestPercent(3, 3, 4)).isCloseTo(40, within(1e-9));
  }

  @Test
  void noMapsAreNoShare() {
    assertThatThrownBy(() -> JOINING.furthestPercent(3, 10, 20))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no head replica scored a map from 10 to 20 s");
  }

  @Test
  void aNewReplicaTakesPartWithHalfOfAnEvenShare() {
    assertThat(JOINING.secondsUntilAllTakePart(2, 3, 2, 4)).hasValue(2);
    assertThat(JOINING.secondsUntilAllTakePart(2, 3, 2, 3)).isEmpty();
    assertThat(JOINING.secondsUntilAllTakePart(0, 2, 0, 4)).hasValue(1);
  }

  @Test
  void theLastMapOfARemovedReplica() {
    assertThat(JOINING.secondsUntilLast(1, 0, 3)).isEqualTo(2.5);
    assertThat(JOINING.secondsUntilLast(2, 0, 2)).isZero();
  }
}
