package dev.vgg16.head.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.inference.manifest.ManifestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A head's description is sent to callers, within the contract's limits. */
class HeadManifestTest {

  @TempDir private Path folder;

  @Test
  void acceptsNamesAndLabelsWithinTheLimits() throws IOException {
    HeadManifest head = read("n".repeat(100), "\u00e4".repeat(512));
    assertThat(head.name()).hasSize(100);
    assertThat(head.labels().get(0)).hasSize(512);
  }

  @Test
  void refusesNamesAndLabelsThatAreTooLong() {
    assertThatThrownBy(() -> read("n".repeat(101), "a"))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("name")
        .hasMessageContaining("at most 100 characters");
    assertThatThrownBy(() -> read("n", "\u00e4".repeat(513)))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("labels")
        .hasMessageContaining("at most 1,024 bytes each");
  }

  @Test
  void readsTheThresholdsOfAHeadOfSeveralLabelsAnImage() throws IOException {
    assertThat(withThresholds("[0.25, 1]").thresholds()).containsExactly(0.25f, 1f);
    assertThat(withThresholds("null").thresholds()).isEmpty();
    assertThat(read("n", "a").thresholds()).isEmpty();
  }

  @Test
  void refusesThresholdsThatAreNoneForEachLabel() {
    for (String wrong : List.of("[]", "[0.5]", "[0.5, 1.5]", "[-0.1, 0.5]")) {
      assertThatThrownBy(() -> withThresholds(wrong))
          .isInstanceOf(ManifestException.class)
          .hasMessageContaining("thresholds must be a number from 0 to 1 for each label");
    }
  }

  private HeadManifest withThresholds(String thresholds) throws IOException {
    return read("n", "a", ", \"thresholds\": " + thresholds);
  }

  private HeadManifest read(String name, String label) throws IOException {
    return read(name, label, "");
  }

  private HeadManifest read(String name, String label, String more) throws IOException {
    Files.writeString(
        folder.resolve("head.json"),
        """
        {"name": "%s", "version": 1, "backbone": "tiny", "labels": ["%s", "b"],
         "file": "head.onnx", "sha256": "%s", "parameters": 0, "layers": []%s}
        """
            .formatted(name, label, "0".repeat(64), more));
    Files.write(folder.resolve("head.onnx"), new byte[1]);
    return HeadManifest.read(folder);
  }
}
