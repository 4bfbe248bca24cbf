package dev.vgg16.service.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairSharesTest {

  private static int fill(FairShares shares, Object client, long bytes) {
    int taken = 0;
    while (shares.fits(bytes) && shares.isWithinShare(client, bytes)) {
      shares.acquire(client, bytes);
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
    FairShares shares = new FairShares(500, 1L << 30);
    int first = fill(shares, "a", 1);
    assertThat(fill(shares, "b", 1)).isEqualTo(80);
    assertThat(fill(shares, "c", 1)).isEqualTo(16);
    assertThat(fill(shares, "a", 1)).isZero();
    assertThat(first + 80 + 16).isLessThan(500);
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 2", "5, 3", "8, 4", "20, 5"})
  void sharesConvergeToEven(int clients, long seed) {
    int capacity = 1_000;
    FairShares shares = new FairShares(capacity, 1L << 30);
    Map<Integer, Integer> held = new HashMap<>();
    Random random = new Random(seed);
    // The first comes long before the others.
    held.put(0, fill(shares, 0, 1));
    for (int i = 0; i < 100_000; i++) {
      int leaving = random.nextInt(clients);
      if (held.getOrDefault(leaving, 0) > 0) {
        shares.release(leaving, 1);
        held.merge(leaving, -1, Integer::sum);
      }
      int coming = random.nextInt(clients);
      held.merge(coming, fill(shares, coming, 1), Integer::sum);
      assertThat(shares.items()).isLessThanOrEqualTo(capacity);
    }
    for (int client = 0; client < clients; client++) {
      held.merge(client, fill(shares, client, 1), Integer::sum);
    }
    double share = 4.0 * capacity / (4 * clients + 1);
    assertThat(held.values())
        .allSatisfy(mine -> assertThat((double) mine).isBetween(0.75 * share, 1.25 * share));
  }

  /** Four of the largest images, each of another client, would fill the queue of the defaults. */
  @Test
  void largeItemsLeaveRoomForSmallOnes() {
    FairShares shares = new FairShares(512, 64L << 20);
    int taken = 0;
    for (int client = 0; client < 100; client++) {
      taken += fill(shares, client, 16L << 20);
    }
    assertThat(taken).isEqualTo(3);
    assertThat(shares.fits(1 << 20)).isTrue();
    assertThat(shares.isWithinShare("small", 1 << 20)).isTrue();
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
    FairShares shares = new FairShares(10, 100);
    for (int i = 0; i < 1_000; i++) {
      assertThat(shares.fits(70) && shares.isWithinShare(i, 70)).isTrue();
      shares.acquire(i, 70);
      assertThat(shares.bytes()).isEqualTo(70);
      shares.release(i, 70);
    }
    assertThat(shares.items()).isZero();
    assertThat(shares.bytes()).isZero();
  }

  @Test
  void sumsDoNotOverflow() {
    FairShares shares = new FairShares(Integer.MAX_VALUE, Long.MAX_VALUE);
    shares.acquire("a", Long.MAX_VALUE - 1);
    assertThat(shares.fits(Long.MAX_VALUE)).isFalse();
    assertThat(shares.fits(2)).isFalse();
    assertThat(shares.fits(1)).isTrue();
    assertThat(shares.isWithinShare("a", 1)).isFalse();
  }
}
