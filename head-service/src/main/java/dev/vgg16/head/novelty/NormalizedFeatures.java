package dev.vgg16.head.novelty;

import java.nio.FloatBuffer;

/**
 * The features that novelty is measured on: a map's mean over height and width, of each channel the
 * signed fourth root, all of them divided by their L2 norm. Manifests call this normalization
 * {@value #NAME}; docs/adr/0010-novelty.md has the reasons.
 */
public final class NormalizedFeatures {

  static final String NAME = "fourth-root-l2";

  private NormalizedFeatures() {}

  /**
   * Averages and normalizes.
   *
   * @param map [height, width, channels], whole or averaged; its position moves to its limit
   * @return [channels], with an L2 norm of 1; zeros for a map of zeros, NaN for one that has NaN
   */
  public static float[] of(FloatBuffer map, int channels) {
    // A sum instead of a mean: the division by the norm cancels the factor between them.
    float[] features = sums(map, channels);
    float squares = 0;
    for (int c = 0; c < channels; c++) {
      // With these casts the compiler uses the square root instruction for floats.
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

  /** Over arrays, since the compiler vectorizes loops over them. */
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
