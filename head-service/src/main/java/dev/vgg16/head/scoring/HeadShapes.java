package dev.vgg16.head.scoring;

import dev.vgg16.inference.manifest.ManifestException;
import java.util.ArrayList;
import java.util.List;

/** Checks the shapes of a model against its manifest. */
final class HeadShapes {

  /** ONNX Runtime's value for a dimension that the model leaves open. */
  private static final long OPEN = -1;

  /**
   * Numbers in a map: forty times those of a VGG16 for 224 x 224 images. The manifest's shape
   * decides how much memory the warm-up takes.
   */
  private static final long LARGEST_MAP = 1 << 22;

  private HeadShapes() {}

  /**
   * Height, width and channels of a map: the model's, and where it leaves them open the manifest's.
   *
   * @param input the shape of the model's input, without the batch
   * @throws ManifestException when the two do not make a shape, or the manifest says that the head
   *     takes pooled maps and the model can't
   */
  static List<Long> map(HeadManifest manifest, List<Long> input) {
    if (input.size() != 3) {
      throw problem(
          manifest, "its input must be [N, height, width, channels], and is [N, ...] of " + input);
    }
    List<Long> shape = new ArrayList<>(input);
    for (int i = 0; i < shape.size(); i++) {
      long size = input.get(i);
      if (manifest.mapShape().isPresent()) {
        shape.set(i, manifest.mapShape().get().get(i).longValue());
      }
      if (size != OPEN && size != shape.get(i)) {
        throw problem(
            manifest,
            "its maps are of %s, and head.json says input.shape %s"
                .formatted(input, manifest.mapShape().orElseThrow()));
      }
    }
    if (shape.contains(OPEN)) {
      throw problem(
          manifest,
          "its maps are of %s, with -1 for what is left open: head.json must have input.shape"
              .formatted(input));
    }
    if (shape.stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b) > LARGEST_MAP) {
      throw problem(
          manifest,
          "its maps are of %s, and must have at most %,d numbers".formatted(shape, LARGEST_MAP));
    }
    if (manifest.takesPooledMaps() && (input.get(0) != OPEN || input.get(1) != OPEN)) {
      throw problem(
          manifest,
          "its maps are of %s: a head with \"pooling\" in head.json must leave height and width open"
              .formatted(input));
    }
    return List.copyOf(shape);
  }

  /**
   * Checks that there is a score for each label.
   *
   * @param output the shape of the model's output, without the batch
   * @throws ManifestException when there is not
   */
  static void checkScores(HeadManifest manifest, List<Long> output) {
    long classes = manifest.labels().size();
    // Where the model leaves the number of classes open, the warm-up finds out.
    if (!output.equals(List.of(classes)) && !output.equals(List.of(OPEN))) {
      throw problem(
          manifest,
          "its output must be [N, %d], a score for each label, and its rows are %s"
              .formatted(classes, output));
    }
  }

  /**
   * Checks the statistics of the training images, if there are any.
   *
   * @param map height, width and channels
   * @throws ManifestException when they are of another number of channels
   */
  static void checkFeatures(HeadManifest manifest, List<Long> map) {
    long channels = map.get(2);
    manifest
        .features()
        .filter(features -> features.channels() != channels)
        .ifPresent(
            features -> {
              throw problem(
                  manifest,
                  "its maps have %d channels, and features.mean in head.json has %d"
                      .formatted(channels, features.channels()));
            });
  }

  private static ManifestException problem(HeadManifest manifest, String problem) {
    return new ManifestException(manifest.model().path() + ": " + problem);
  }
}
