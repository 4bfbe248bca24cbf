package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.feature.image.Preprocessing;
import dev.vgg16.inference.manifest.Layer;
import dev.vgg16.inference.manifest.ManifestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackboneManifestTest {

  @TempDir private Path folder;

  @Test
  void readsTheRealOne() {
    BackboneManifest manifest = BackboneManifest.read(Backbones.VGG16);
    assertThat(manifest.id()).isEqualTo("vgg16-160-tf-d9a27cc1fc7f");
    assertThat(manifest.preprocessing()).isEqualTo(Preprocessing.TF);
    assertThat(manifest.inputShape()).containsExactly(160, 160, 3);
    assertThat(manifest.outputShape()).containsExactly(5, 5, 512);
    assertThat(manifest.parameters()).isEqualTo(14_714_688);
    assertThat(manifest.layers().stream().mapToLong(Layer::parameters).sum()).isEqualTo(14_714_688);
    assertThat(manifest.present(Precision.INT8)).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"tf\"|\"keras\"|preprocessing must be one of tf, caffe, torch, not keras",
        "[4, 4, 3]|[4, 4]|input.shape must be [height, width, 3]",
        "[4, 4, 3]|[4, 4, 1]|input.shape must be [height, width, 3]",
        "[4, 4, 3]|[2147483647, 2147483647, 3]|input.shape must be of less than 2 GiB of floats",
        "\"parameters\": 1, \"layers|\"parameters\": 0, \"layers|parameters must be an integer of at least 1",
        "fp32.onnx|../fp32.onnx|files.fp32.file must be the name of a file beside the manifest",
        "\"id\"|\"ID\"|id is missing",
        "\"files\": {\"fp32\"|\"files\": {\"fp64\"|files must name a file for at least one",
      })
  void namesTheFieldThatIsWrong(String was, String becomes, String problem) throws IOException {
    String tiny =
        Files.readString(Backbones.TINY.resolve("backbone.json"))
            .replaceAll("\\{\\s+", "{")
            .replaceAll("\\[\\s+", "[")
            .replaceAll(",\\s+", ", ")
            .replaceAll("\\s+]", "]");
    assertThat(tiny).contains(was);
    Files.writeString(folder.resolve("backbone.json"), tiny.replace(was, becomes));
    assertThatThrownBy(() -> BackboneManifest.read(folder))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining(folder.resolve("backbone.json") + ": " + problem);
  }
}
