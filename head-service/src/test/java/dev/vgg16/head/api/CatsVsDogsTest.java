package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadSource;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The head that comes with the project. */
class CatsVsDogsTest {

  private static final int FLOATS = 5 * 5 * 512;

  @Test
  void scoresMapsOfTheRealSize() {
    HeadManifest manifest =
        HeadManifest.read(Path.of("..", "models", "heads", "cats-vs-dogs", "1"));
    assertThat(manifest.labels()).containsExactly("cat", "dog");
    assertThat(manifest.parameters()).isEqualTo(263_682);
    try (Head head = Head.load(manifest, new OpenModels())) {
      RequestScorer scorer =
          new RequestScorer(
              name -> HeadSource.retained(head), new BatchScorer(ScoreListener.NONE, 8));
      ScoreResponse together = scorer.score(maps(manifest, 1, 2, 3), List.of(select()));
      for (int map = 0; map < 3; map++) {
        List<ClassScore> scores = scores(together, map);
        assertThat(scores.get(0).getScore() + scores.get(1).getScore())
            .isCloseTo(1f, within(1e-5f));
        // A map's scores do not depend on the batch.
        List<ClassScore> alone =
            scores(scorer.score(maps(manifest, map + 1), List.of(select())), 0);
        assertThat(scores.get(0).getLabel()).isEqualTo(alone.get(0).getLabel());
        assertThat(scores.get(0).getScore()).isCloseTo(alone.get(0).getScore(), within(1e-5f));
      }
    }
  }

  private static MapSelection select() {
    return MapSelection.getDefaultInstance();
  }

  private static List<ClassScore> scores(ScoreResponse response, int map) {
    return response.getMaps(map).getScores().getHeads(0).getScoresList();
  }

  private static MapBatch maps(HeadManifest manifest, int... seeds) {
    ByteBuffer data = ByteBuffer.allocate(seeds.length * FLOATS * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int seed : seeds) {
      for (int i = 0; i < FLOATS; i++) {
        data.putFloat((float) Math.max(0, 2 * Math.sin(seed * 31 + i * 0.7)));
      }
    }
    return new MapBatch(
        manifest.backbone(),
        seeds.length,
        OutputForm.PLAIN,
        MapBytes.of(ByteString.copyFrom(data.array())));
  }
}
