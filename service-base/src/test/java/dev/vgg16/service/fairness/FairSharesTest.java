package dev.vgg16.service.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairSharesTest {

  private static int fill(FairShares places, Object client, long bytes) {
    int taken = 0;
    while (places.fits(bytes) && places.isWithinShare(client, bytes)) {
      places.acquire(client, bytes);
      taken++;
    }
    return taken;
  }

  @Test
  void aSingleClientGetsFourFifths() {
    assertThat(fill(new FairShares(500, 1L << 30), "a", 1)).isEqualTo(400);
    assertThat(fill(new FairShares(1 << 20, 50_000), "a", 100)).isEqualTo(400);
  }

  /** The second finds a fifth free, and its own share of that is four fifths again. */
  @Test
  void aLaterClientFindsRoom() {
    FairShares places = new FairShares(500, 1L << 30);
    int first = fill(places, "a", 1);
    assertThat(fill(places, "b", 1)).isEqualTo(80);
    assertThat(fill(places, "c", 1)).isEqualTo(16);
    assertThat(fill(places, "a", 1)).isZero();
    assertThat(first + 80 + 16).isLessThan(500);
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 2", "5, 3", "8, 4", "20, 5"})
  void sharesConvergeToEven(int clients, long seed) {
    int capacity = 1_000;
    FairShares places = new FairShares(capacity, 1L << 30);
    Map<Integer, Integer> held = new HashMap<>();
    Random random = new Random(seed);
    // The first comes long before the others.
    held.put(0, fill(places, 0, 1));
    for (int i = 0; i < 100_000; i++) {
      int leaving = random.nextInt(clients);
      if (held.getOrDefault(leaving, 0) > 0) {
        places.release(leaving, 1);
        held.merge(leaving, -1, Integer::sum);
      }
      int coming = random.nextInt(clients);
      held.merge(coming, fill(places, coming, 1), Integer::sum);
      assertThat(places.items()).isLessThanOrEqualTo(capacity);
    }
    for (int client = 0; client < clients; client++) {
      held.merge(client, fill(places, client, 1), Integer::sum);
    }
    double share = 4.0 * capacity / (4 * clients + 1);
    assertThat(held.values())
        .allSatisfy(mine -> assertThat((double) mine).isBetween(0.75 * share, 1.25 * share));
  }

  /** Four of the largest images, each of another client, would fill the queue of the defaults. */
  @Test
  void largeItemsLeaveRoomForSmallOnes() {
    FairShares places = new FairShares(512, 64L << 20);
    int taken = 0;
    for (int client = 0; client < 100; client++) {
      taken += fill(places, client, 16L << 20);
    }
    assertThat(taken).isEqualTo(3);
    assertThat(places.fits(1 << 20)).isTrue();
    assertThat(places.isWithinShare("small", 1 << 20)).isTrue();
  }

  @Test
  void thereIsRoomForOneItemWithAnyBounds() {
    assertThat(fill(new FairShares(1, 1), "a", 1)).isEqualTo(1);
    FairShares two = new FairShares(2, 100);
    assertThat(fill(two, "a", 10)).isEqualTo(1);
    assertThat(fill(two, "b", 10)).isEqualTo(1);
    assertThat(two.fits(10)).isFalse();
  }

  @Test
  void releasedRoomIsFree() {
    FairShares places = new FairShares(10, 100);
    for (int i = 0; i < 1_000; i++) {
      assertThat(places.fits(70) && places.isWithinShare(i, 70)).isTrue();
      places.acquire(i, 70);
      assertThat(places.bytes()).isEqualTo(70);
      places.release(i, 70);
    }
    assertThat(places.items()).isZero();
    assertThat(places.bytes()).isZero();
  }

  @Test
  void sumsDoNotOverflow() {
    FairShares places = new FairShares(Integer.MAX_VALUE, Long.MAX_VALUE);
    places.acquire("a", Long.MAX_VALUE - 1);
    assertThat(places.fits(Long.MAX_VALUE)).isFalse();
    assertThat(places.fits(2)).isFalse();
    assertThat(places.fits(1)).isTrue();
    assertThat(places.isWithinShare("a", 1)).isFalse();
  }
}
