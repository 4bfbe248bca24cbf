package dev.vgg16.head.novelty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NormalizedFeaturesTest {

  @Test
  void areFourthRootsOfTheMeansWithTheirSignsOfLengthOne() {
    float[] features = NormalizedFeatures.of(FloatBuffer.wrap(new float[] {32, 0, -2, 0, 2, 0}), 3);
    float unit = (float) (1 / Math.sqrt(6));
    assertThat(features).containsExactly(new float[] {2 * unit, unit, -unit}, within(1e-6f));
  }

  @Test
  void ofAPooledMapAreThoseOfTheWholeMap() {
    float[] whole = new float[25 * 512];
    float[] means = new float[512];
    Random random = new Random(1);
    for (int i = 0; i < whole.length; i++) {
      whole[i] = random.nextFloat() < 0.5 ? 0 : random.nextFloat();
      means[i % 512] += whole[i] / 25;
    }
    assertThat(NormalizedFeatures.of(FloatBuffer.wrap(whole), 512))
        .containsExactly(NormalizedFeatures.of(FloatBuffer.wrap(means), 512), within(1e-6f));
  }

  @Test
  void ofZerosAreZeros() {
    assertThat(NormalizedFeatures.of(FloatBuffer.allocate(6), 3)).containsOnly(0);
  }

  @Test
  void ofInfinitiesAreNaN() {
    float[] map = {Float.POSITIVE_INFINITY, 1, 1};
    assertThat(NormalizedFeatures.of(FloatBuffer.wrap(map), 3)).contains(Float.NaN);
  }
}
