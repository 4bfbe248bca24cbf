package dev.vgg16.head.novelty;

import dev.vgg16.inference.manifest.JsonManifest;
import dev.vgg16.inference.manifest.ManifestException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Statistics of the {@link NormalizedFeatures} of a head's training images: mean and standard
 * deviation of each channel. Immutable.
 */
public final class TrainingFeatures {

  private final float[] mean;
  private final float[] inverseDeviation;
  private final float threshold;
  private final Optional<Float> expectedScore;

  private TrainingFeatures(
      float[] mean, float[] inverseDeviation, float threshold, Optional<Float> expectedScore) {
    this.mean = mean;
    this.inverseDeviation = inverseDeviation;
    this.threshold = threshold;
    this.expectedScore = expectedScore;
  }

  /**
   * Reads {@code features} of a head's manifest.
   *
   * @throws ManifestException when it is wrong; the message names the field
   */
  public static TrainingFeatures read(JsonManifest json) {
    String normalization = json.string("normalization");
    if (!normalization.equals(NormalizedFeatures.NAME)) {
      throw json.error(
          "normalization",
          "must be %s, and is %s".formatted(NormalizedFeatures.NAME, normalization));
    }
    float[] mean = json.numbers("mean");
    float[] variance = json.numbers("variance");
    if (mean.length != variance.length) {
      throw json.error(
          "variance",
          "must have a number for each of %d in mean, and has %d"
              .formatted(mean.length, variance.length));
    }
    float[] inverseDeviation = new float[variance.length];
    for (int c = 0; c < variance.length; c++) {
      inverseDeviation[c] = (float) (1 / Math.sqrt(variance[c]));
      if (!(inverseDeviation[c] > 0 && inverseDeviation[c] < Float.POSITIVE_INFINITY)) {
        throw json.error("variance[%d]".formatted(c), "must be above 0, and is " + variance[c]);
      }
    }
    float threshold = json.number("novelty_threshold");
    if (!(threshold > 0)) {
      throw json.error("novelty_threshold", "must be above 0, and is " + threshold);
    }
    Optional<Float> expectedScore = json.optionalNumber("expected_score");
    if (expectedScore.isPresent() && !(expectedScore.get() > 0 && expectedScore.get() <= 1)) {
      throw json.error(
          "expected_score", "must be above 0 and at most 1, and is " + expectedScore.get());
    }
    return new TrainingFeatures(mean, inverseDeviation, threshold, expectedScore);
  }

  /** The length of a feature vector. */
  public int channels() {
    return mean.length;
  }

  /** The 99th percentile of the distances of images that were held out from the training. */
  public float threshold() {
    return threshold;
  }

  /** The mean score of the best class, of images that were held out from the training. */
  public Optional<Float> expectedScore() {
    return expectedScore;
  }

  /**
   * How far features are from the mean: root mean square over the channels, in standard deviations
   * of the training images.
   *
   * @param features {@link NormalizedFeatures}, or a mean of several
   * @return NaN when the features have NaN
   */
  public float distance(float[] features) {
    float squares = 0;
    for (int c = 0; c < mean.length; c++) {
      float deviations = (features[c] - mean[c]) * inverseDeviation[c];
      squares += deviations * deviations;
    }
    return (float) Math.sqrt(squares / mean.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrainingFeatures that
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(inverseDeviation, that.inverseDeviation)
        && threshold == that.threshold
        && expectedScore.equals(that.expectedScore);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        Arrays.hashCode(mean), Arrays.hashCode(inverseDeviation), threshold, expectedScore);
  }
}
