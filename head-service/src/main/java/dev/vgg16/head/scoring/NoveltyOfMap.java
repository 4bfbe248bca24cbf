package dev.vgg16.head.scoring;

import dev.vgg16.head.novelty.NormalizedFeatures;
import dev.vgg16.head.novelty.TrainingFeatures;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.Novelty;
import java.nio.FloatBuffer;

/** How unlike a head's training images one map is. */
final class NoveltyOfMap {

  private NoveltyOfMap() {}

  /**
   * @throws ServingException {@code MISMATCH} when nothing is known of the training's
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
   * @param map the number of the map in its request
   * @param floats the map, whole or averaged
   * @throws ServingException {@code MISMATCH} when nothing is known of the training's, {@code
   *     INVALID_INPUT} when the map has no distance
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
    return Novelty.newBuilder().setDistance(distance).setThreshold(training.threshold()).build();
  }
}
