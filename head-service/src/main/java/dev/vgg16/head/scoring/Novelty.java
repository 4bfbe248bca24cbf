package dev.vgg16.head.scoring;

import dev.vgg16.head.novelty.NormalizedFeatures;
import dev.vgg16.head.novelty.TrainingFeatures;
import dev.vgg16.service.errors.ServingException;
import java.nio.FloatBuffer;

/**
 * How unlike a head's training images one map is.
 *
 * @param distance from the mean of the training images, in their standard deviations
 * @param threshold above which a map counts as novel
 */
public record Novelty(float distance, float threshold) {

  /**
   * The statistics of a head's training images.
   *
   * @throws ServingException {@code MISMATCH} when the manifest has none
   */
  static TrainingFeatures training(HeadManifest head) {
    return head.features()
        .orElseThrow(
            () ->
                ServingException.mismatch(
                    "the head %s can't measure novelty: its head.json lacks features, the statistics of its training images; `vgg16-models train` and `vgg16-models novelty` write them"
                        .formatted(head.id())));
  }

  /**
   * Measures one map.
   *
   * @param map its index in the batch
   * @param floats the map, whole or averaged
   * @throws ServingException {@code MISMATCH} when the manifest has no statistics, {@code
   *     INVALID_INPUT} when the distance is not finite
   */
  static Novelty of(HeadManifest head, int map, FloatBuffer floats) {
    TrainingFeatures training = training(head);
    float distance = training.distance(NormalizedFeatures.of(floats, training.channels()));
    if (!Float.isFinite(distance)) {
      throw ServingException.invalidInput(
          "maps.data",
          "map %d has no distance from the training of %s; its floats must be finite, and of a size that a backbone makes"
              .formatted(map, head.id()));
    }
    return new Novelty(distance, training.threshold());
  }
}
