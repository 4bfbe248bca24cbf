package dev.vgg16.head.novelty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vgg16.inference.manifest.JsonManifest;
import dev.vgg16.inference.manifest.ManifestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingFeaturesTest {

  private static final String RIGHT =
      """
      {"normalization": "fourth-root-l2", "novelty_threshold": 2.5, \
      "mean": [0.1, 0.5, -0.2], "variance": [0.04, 0.25, 0.01]}
      """;

  @TempDir private Path folder;

  /** As numpy computes it, in models/src/vgg16_models/features/statistics.py. */
  @ParameterizedTest
  @CsvSource({"1, 2.67807", "2, 4.55988", "3, 5.32900", "4, 2.71294"})
  void measureTheDistanceInStandardDeviations(int seed, float expected) {
    float[] map = new float[6];
    for (int i = 0; i < map.length; i++) {
      map[i] = (float) Math.cos(seed * 5 + i);
    }
    TrainingFeatures training = read(RIGHT);
    float[] features = NormalizedFeatures.of(FloatBuffer.wrap(map), training.channels());
    assertThat(training.distance(features)).isCloseTo(expected, within(1e-4f));
    assertThat(training.threshold()).isEqualTo(2.5f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "fourth-root-l2" | "none"       | normalization must be fourth-root-l2, and is none
          0.25,            |              | variance must have a number for each of 3 in mean, and has 2
          0.25             | 0            | variance[1] must be above 0, and is 0.0
          0.25             | -1           | variance[1] must be above 0, and is -1.0
          2.5              | 0            | novelty_threshold must be above 0, and is 0.0
          2.5              | 2.5, "expected_score": 1.5 | expected_score must be above 0 and at most 1, and is 1.5
          -0.2             | 1e99         | mean[2] must be a number that fits into a float
          -0.2             | "a"          | mean[2] must be a number that fits into a float
          """)
  void areRefusedWithTheFieldThatIsWrong(String part, String wrong, String message) {
    String json = RIGHT.replace(part, wrong == null ? "" : wrong);
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ManifestException.class)
        .hasMessageEndingWith(": " + message);
  }

  private TrainingFeatures read(String json) {
    try {
      return TrainingFeatures.read(
          JsonManifest.read(Files.writeString(folder.resolve("head.json"), json)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
