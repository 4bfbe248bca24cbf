package dev.vgg16.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class TrafficSplitTest {

  private static final int KEYS = 100_000;

  /** Of the counts, which are binomial: five standard deviations of the widest, 50%. */
  private static final double TOLERANCE = 5 * Math.sqrt(0.25 / KEYS);

  private static TrafficSplit split(String head, int... percents) {
    TrafficShare[] shares = new TrafficShare[percents.length];
    Arrays.setAll(shares, i -> new TrafficShare(i + 1, 100 * percents[i]));
    return new TrafficSplit(head, List.of(shares));
  }

  /** Ids that were counted up, ids with the same low bits, and hashes of 32 and 64 bits. */
  private static List<LongUnaryOperator> keys() {
    Random random = new Random(1);
    return List.of(
        i -> i, i -> i << 40, i -> random.nextInt() & 0xffffffffL, i -> random.nextLong());
  }

  @Test
  void sharesAreWhatWasAskedFor() {
    for (LongUnaryOperator keys : keys()) {
      int[] counts = new int[4];
      TrafficSplit split = split("cats", 5, 50, 20);
      for (int i = 0; i < KEYS; i++) {
        counts[split.shareOf(keys.applyAsLong(i)) + 1]++;
      }
      double[] expected = {0.25, 0.05, 0.5, 0.2};
      for (int share = 0; share < counts.length; share++) {
        assertThat((double) counts[share] / KEYS).isCloseTo(expected[share], within(TOLERANCE));
      }
    }
  }

  /** Or the same users would get all that is new, of every head. */
  @Test
  void headsAreSplitIndependently() {
    TrafficSplit cats = split("cats", 50);
    TrafficSplit dogs = split("dogs", 50);
    for (LongUnaryOperator keys : keys()) {
      int both = 0;
      for (int i = 0; i < KEYS; i++) {
        long key = keys.applyAsLong(i);
        both += cats.shareOf(key) == 0 && dogs.shareOf(key) == 0 ? 1 : 0;
      }
      assertThat((double) both / KEYS).isCloseTo(0.25, within(TOLERANCE));
    }
  }

  @Test
  void aShareThatGrowsKeepsItsKeys() {
    TrafficSplit small = split("cats", 20, 5);
    TrafficSplit large = split("cats", 20, 40);
    for (long key = 0; key < KEYS; key++) {
      if (small.shareOf(key) >= 0) {
        assertThat(large.shareOf(key)).isEqualTo(small.shareOf(key));
      }
    }
  }

  @Test
  void theEnds() {
    TrafficSplit none = split("cats", 0);
    TrafficSplit all = split("cats", 100);
    for (long key = 0; key < KEYS; key++) {
      assertThat(none.shareOf(key)).isEqualTo(-1);
      assertThat(all.shareOf(key)).isZero();
    }
  }

  /** A replica of another release of this program must agree. */
  @Test
  void theFunctionIsFixed() {
    TrafficSplit split = split("cats-vs-dogs", 5);
    assertThat(List.of(split.bucket(0), split.bucket(1), split.bucket(-1)))
        .containsExactly(4810, 4568, 8608);
  }
}
