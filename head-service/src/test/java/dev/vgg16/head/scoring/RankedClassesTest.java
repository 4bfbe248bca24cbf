package dev.vgg16.head.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankedClassesTest {

  private static RankedClasses best(int topK, float... scores) {
    return RankedClasses.best(FloatBuffer.wrap(scores), 0, scores.length, topK);
  }

  private static int[] indices(RankedClasses classes) {
    return IntStream.range(0, classes.size()).map(classes::index).toArray();
  }

  @Test
  void ordersByScoreAndThenByIndex() {
    FloatBuffer scores = FloatBuffer.wrap(new float[] {9, 0.2f, 0.5f, 0.2f, 0.1f, 8});
    RankedClasses classes = RankedClasses.best(scores, 1, 4, 0);
    assertThat(indices(classes)).containsExactly(1, 0, 2, 3);
    assertThat(classes.score(0)).isEqualTo(0.5f);
    assertThat(classes.score(3)).isEqualTo(0.1f);
  }

  @Test
  void keepsTheBest() {
    assertThat(indices(best(1, 0.2f, 0.5f, 0.2f, 0.1f))).containsExactly(1);
    assertThat(indices(best(99, 0.2f, 0.5f, 0.2f, 0.1f))).hasSize(4);
  }

  /** A head that was not trained here need not end in a softmax. */
  @Test
  void ordersNegativeScores() {
    assertThat(indices(best(0, -3, -0.5f, 2, -1))).containsExactly(2, 1, 3, 0);
  }

  /** A score is recovered from its sort key. */
  @Test
  void returnsTheScoresBitByBit() {
    float[] scores = {Float.MAX_VALUE, 1, Float.MIN_VALUE, 0, -0f, -Float.MIN_VALUE, -7.25f};
    RankedClasses classes = best(0, scores);
    for (int rank = 0; rank < scores.length; rank++) {
      assertThat(classes.index(rank)).isEqualTo(rank);
      assertThat(Float.floatToRawIntBits(classes.score(rank)))
          .isEqualTo(Float.floatToRawIntBits(scores[rank]));
    }
  }
}
