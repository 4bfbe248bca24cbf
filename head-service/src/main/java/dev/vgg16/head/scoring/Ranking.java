package dev.vgg16.head.scoring;

import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.HeadScores;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Orders the classes of one map by their scores. */
final class Ranking {

  private Ranking() {}

  /**
   * The best classes, best first; of equal ones the one with the lower index.
   *
   * @param scores a score for each label, from {@code offset}
   * @param topK how many; 0: all
   */
  static HeadScores best(HeadManifest head, FloatBuffer scores, int offset, int topK) {
    int classes = head.labels().size();
    long[] keys = new long[classes];
    for (int i = 0; i < classes; i++) {
      keys[i] = (long) ~ordered(scores.get(offset + i)) << 32 | i;
    }
    Arrays.sort(keys);
    HeadScores.Builder best =
        HeadScores.newBuilder().setHead(head.name()).setVersion(Integer.toString(head.version()));
    int wanted = topK <= 0 ? classes : Math.min(topK, classes);
    for (int rank = 0; rank < wanted; rank++) {
      int index = (int) keys[rank];
      best.addScores(
          ClassScore.newBuilder()
              .setLabel(head.labels().get(index))
              .setIndex(index)
              .setScore(scores.get(offset + index)));
    }
    return best.build();
  }

  static boolean areFinite(FloatBuffer scores, int offset, int classes) {
    for (int i = offset; i < offset + classes; i++) {
      if (!Float.isFinite(scores.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** An int that orders as the float does: IEEE 754 bits, with the negative ones turned round. */
  private static int ordered(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ (bits >> 31 & 0x7FFFFFFF);
  }
}
