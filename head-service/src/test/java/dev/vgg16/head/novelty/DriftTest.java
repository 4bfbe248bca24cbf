package dev.vgg16.head.novelty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vgg16.inference.manifest.JsonManifest;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A mean of [0.1, 0.5, -0.2], and deviations of [0.2, 0.5, 0.1]. */
class DriftTest {

  private static final float[] MEAN = {0.1f, 0.5f, -0.2f};

  private final TrainingFeatures training =
      TrainingFeatures.read(
          JsonManifest.read(
                  Path.of("src", "test", "resources", "novelty-heads", "knowing", "1", "head.json"))
              .object("features"));

  private final Drift drift = new Drift(training);

  @Test
  void isEmptyBeforeThereAreEnoughMaps() {
    add(MEAN, Drift.MIN_MAPS - 1);
    assertThat(drift.distance()).isEmpty();
    add(MEAN, 1);
    assertThat(drift.distance()).hasValueCloseTo(0.0, within(1e-5));
  }

  /** Maps around the mean are no drift, however far each is from it. */
  @Test
  void isTheDistanceOfTheMeanAndNotOfEachMap() {
    Random random = new Random(1);
    for (int i = 0; i < 10 * Drift.WINDOW; i++) {
      drift.add(apart((float) random.nextGaussian()));
    }
    assertThat(drift.distance().orElseThrow()).isLessThan(0.2);
  }

  @Test
  void isInStandardDeviations() {
    add(apart(2), Drift.MIN_MAPS);
    assertThat(drift.distance()).hasValueCloseTo(2.0, within(1e-4));
  }

  @Test
  void forgetsOldMaps() {
    add(apart(3), 10 * Drift.WINDOW);
    add(MEAN, Drift.WINDOW);
    assertThat(drift.distance()).hasValueCloseTo(3 / Math.E, within(0.01));
    add(MEAN, 10 * Drift.WINDOW);
    assertThat(drift.distance()).hasValueCloseTo(0.0, within(1e-3));
  }

  private void add(float[] features, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(drift.add(features)).isTrue();
    }
  }

  private static float[] apart(float deviations) {
    return new float[] {
      MEAN[0] + deviations * 0.2f, MEAN[1] + deviations * 0.5f, MEAN[2] + deviations * 0.1f
    };
  }
}
