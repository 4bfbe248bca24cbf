package dev.vgg16.head.scoring;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** The classes of one map with the best scores, best first. Immutable. */
public final class RankedClasses {

  // The sort keys hold all that there is to know: see key().
  private final long[] keys;

  private RankedClasses(long[] keys) {
    this.keys = keys;
  }

  /**
   * Ranks the classes by their scores; of equal ones the one with the lower index comes first.
   *
   * @param scores a finite score for each class, from {@code offset}
   * @param topK how many to keep; 0 or less: all
   */
  static RankedClasses best(FloatBuffer scores, int offset, int classes, int topK) {
    long[] keys = new long[classes];
    for (int i = 0; i < classes; i++) {
      keys[i] = key(scores.get(offset + i), i);
    }
    Arrays.sort(keys);
    return new RankedClasses(topK <= 0 || topK >= classes ? keys : Arrays.copyOf(keys, topK));
  }

  static boolean areFinite(FloatBuffer scores, int offset, int classes) {
    for (int i = offset; i < offset + classes; i++) {
      if (!Float.isFinite(scores.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** How many classes there are. */
  public int size() {
    return keys.length;
  }

  /** The index of the class of a rank, from 0. */
  public int index(int rank) {
    return (int) keys[rank];
  }

  /** Its score. */
  public float score(int rank) {
    return Float.intBitsToFloat(ordered(~(int) (keys[rank] >>> 32)));
  }

  /** Orders by descending score and then by ascending index: one in either half. */
  private static long key(float score, int index) {
    return (long) ~ordered(Float.floatToIntBits(score)) << 32 | index;
  }

  /**
   * An int that orders as the float of these bits does: IEEE 754 bits, with those of negative
   * numbers inverted. Applied twice it gives the bits again.
   */
  private static int ordered(int bits) {
    return bits ^ (bits >> 31 & 0x7FFFFFFF);
  }
}
