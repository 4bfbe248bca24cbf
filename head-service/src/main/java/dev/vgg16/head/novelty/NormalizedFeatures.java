package dev.vgg16.head.novelty;

import java.nio.FloatBuffer;

/**
 * What novelty is measured on: a map's mean over height and width, of each channel the fourth root
 * with its sign, and all of them divided by their L2 norm. Manifests call it {@value #NAME}; why it
 * is this, docs/adr/0010-novelty.md tells.
 */
public final class NormalizedFeatures {

  static final String NAME = "fourth-root-l2";

  private NormalizedFeatures() {}

  /**
   * Averages and normalizes.
   *
   * @param map [height, width, channels], whole or averaged; its position moves to its limit
   * @return [channels], of length 1; of a map of zeros all 0, and no numbers of one that holds none
   */
  public static float[] of(FloatBuffer map, int channels) {
    // A sum is as good as a mean here: the norm takes out what they differ by.
    float[] features = sums(map, channels);
    float squares = 0;
    for (int c = 0; c < channels; c++) {
      // With these casts the compiler takes the root of a float and not that of a double.
      float root = (float) Math.sqrt(Math.abs(features[c]));
      squares += root;
      features[c] = Math.copySign((float) Math.sqrt(root), features[c]);
    }
    if (squares == 0) {
      return features;
    }
    float scale = (float) (1 / Math.sqrt(squares));
    for (int c = 0; c < channels; c++) {
      features[c] *= scale;
    }
    return features;
  }

  /** Over arrays, whose loops the compiler makes vector instructions of. */
  private static float[] sums(FloatBuffer map, int channels) {
    float[] sums = new float[channels];
    map.get(sums);
    float[] cell = new float[channels];
    while (map.hasRemaining()) {
      map.get(cell);
      for (int c = 0; c < channels; c++) {
        sums[c] += cell[c];
      }
    }
    return sums;
  }
}
