package dev.vgg16.head.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.inference.manifest.ModelFile;
import dev.vgg16.v1.ClassScore;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RankingTest {

  private static final HeadManifest HEAD =
      new HeadManifest(
          "h",
          1,
          "b",
          List.of("a", "b", "c", "d"),
          Optional.empty(),
          false,
          new ModelFile(Path.of("x"), "0"),
          0,
          List.of(),
          Optional.empty(),
          Optional.empty());

  @Test
  void ordersByScoreAndThenByIndex() {
    FloatBuffer scores = FloatBuffer.wrap(new float[] {9, 0.2f, 0.5f, 0.2f, 0.1f});
    assertThat(Ranking.best(HEAD, scores, 1, 0).getScoresList())
        .extracting(ClassScore::getLabel)
        .containsExactly("b", "a", "c", "d");
    assertThat(Ranking.best(HEAD, scores, 1, 0).getScores(0).getScore()).isEqualTo(0.5f);
    assertThat(Ranking.best(HEAD, scores, 1, 0).getScores(0).getIndex()).isEqualTo(1);
  }

  @Test
  void cutsToTheBest() {
    FloatBuffer scores = FloatBuffer.wrap(new float[] {0.2f, 0.5f, 0.2f, 0.1f});
    assertThat(Ranking.best(HEAD, scores, 0, 1).getScoresList()).hasSize(1);
    assertThat(Ranking.best(HEAD, scores, 0, 99).getScoresList()).hasSize(4);
  }

  /** A head of somebody else's need not end in a softmax. */
  @Test
  void ordersNegativeScores() {
    FloatBuffer scores = FloatBuffer.wrap(new float[] {-3, -0.5f, 2, -1});
    assertThat(Ranking.best(HEAD, scores, 0, 0).getScoresList())
        .extracting(ClassScore::getLabel)
        .containsExactly("c", "b", "d", "a");
  }
}
