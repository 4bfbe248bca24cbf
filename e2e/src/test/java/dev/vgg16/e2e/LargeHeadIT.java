package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A head of 200 MB, and a graph of that size that explains it, on a heap of a quarter of one. */
class LargeHeadIT {

  @TempDir private Path heads;

  @Test
  @Timeout(300)
  void isServedOnASmallHeap() throws Exception {
    Path folder = Files.createDirectories(heads.resolve("large/1"));
    LargeModel.head(folder.resolve("head.onnx"));
    LargeModel.explain(folder.resolve("explain.onnx"));
    assertThat(Files.size(folder.resolve("head.onnx"))).isGreaterThan(200_000_000);
    Files.writeString(
        folder.resolve("head.json"),
        """
        {"name": "large", "version": 1, "backbone": "any", "labels": ["a", "b"],
         "file": "head.onnx", "sha256": "%s", "parameters": 52436992,
         "explain": {"file": "explain.onnx", "sha256": "%s"}}
        """
            .formatted(
                digest(folder.resolve("head.onnx")), digest(folder.resolve("explain.onnx"))));
    try (HeadProgram head = HeadProgram.start(Map.of("JAVA_OPTS", "-Xmx50m"), heads)) {
      ScoreResponse response =
          head.stub()
              .score(
                  HeadProgram.score(
                      "any",
                      MapSelection.newBuilder()
                          .addHeads("large")
                          .setExplain(Explain.getDefaultInstance())
                          .build()));
      HeadScores scores = response.getMaps(0).getScores().getHeads(0);
      assertThat(scores.getScoresCount()).isEqualTo(2);
      assertThat(scores.getHeatMap().getValuesCount()).isEqualTo(25);
      System.out.printf(
          "a head of 200 MB and its explanation, heap of 50 MiB: resident %d MiB%n",
          head.program().residentMebibytes());
    }
  }

  private static String digest(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }
}
