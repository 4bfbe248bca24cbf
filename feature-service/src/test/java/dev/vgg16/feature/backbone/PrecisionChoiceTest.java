package dev.vgg16.feature.backbone;

import static dev.vgg16.feature.backbone.Precision.BF16;
import static dev.vgg16.feature.backbone.Precision.FP16;
import static dev.vgg16.feature.backbone.Precision.FP32;
import static dev.vgg16.feature.backbone.Precision.INT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.feature.image.Preprocessing;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.manifest.ModelFile;
import dev.vgg16.inference.onnx.ExecutionProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionChoiceTest {

  private static final ExecutionProvider GPU = new ExecutionProvider.Cuda(0, 0);
  private static final ExecutionProvider OPENVINO =
      new ExecutionProvider.OpenVino(Path.of("openvino"));
  private static final CpuFeatures AMX = new CpuFeatures(true, true, true);
  private static final CpuFeatures VNNI = new CpuFeatures(true, false, false);
  private static final CpuFeatures OLD = new CpuFeatures(false, false, false);

  @TempDir private Path folder;

  @Test
  void takesTheBestForTheProvider() throws IOException {
    BackboneManifest all = withFiles(FP32, FP16, INT8);
    assertThat(auto(all, GPU, VNNI)).isEqualTo(FP16);
    assertThat(auto(all, OPENVINO, AMX)).isEqualTo(INT8);
    assertThat(auto(all, OPENVINO, OLD)).isEqualTo(FP32);
    assertThat(auto(all, ExecutionProvider.CPU, VNNI)).isEqualTo(INT8);
    assertThat(auto(all, ExecutionProvider.CPU, OLD)).isEqualTo(FP32);
  }

  @Test
  void takesTheNextThatIsThereAndWarns() throws IOException {
    PrecisionChoice onGpu = PrecisionChoice.choose(withFiles(INT8), Optional.empty(), GPU, VNNI);
    assertThat(onGpu.precision()).isEqualTo(INT8);
    assertThat(onGpu.warnings()).hasSize(2);
    assertThat(onGpu.warnings().get(0))
        .contains("fp16.onnx", "is missing: make it with `make models`");
  }

  @Test
  void takesWhatIsAskedForOrNothing() throws IOException {
    BackboneManifest manifest = withFiles(INT8);
    assertThat(
            PrecisionChoice.choose(manifest, Optional.of(INT8), ExecutionProvider.CPU, OLD)
                .precision())
        .isEqualTo(INT8);
    assertThatThrownBy(
            () -> PrecisionChoice.choose(manifest, Optional.of(FP32), ExecutionProvider.CPU, VNNI))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("fp32.onnx, the fp32 model, is missing: make it with `make models`");
  }

  @Test
  void computesBfloat16FromTheFloat32FileWhereTheProcessorCan() throws IOException {
    BackboneManifest manifest = withFiles(FP32);
    PrecisionChoice auto = PrecisionChoice.choose(manifest, Optional.empty(), OPENVINO, AMX);
    assertThat(auto.precision()).isEqualTo(BF16);
    assertThat(manifest.present(BF16)).isEqualTo(manifest.present(FP32));
    assertThat(PrecisionChoice.choose(manifest, Optional.of(BF16), OPENVINO, AMX).precision())
        .isEqualTo(BF16);
    assertThatThrownBy(() -> PrecisionChoice.choose(manifest, Optional.of(BF16), OPENVINO, VNNI))
        .isInstanceOf(ManifestException.class)
        .hasMessage(
            "--precision bf16 needs a processor with AMX or AVX-512 BF16, and this one has neither");
    assertThatThrownBy(() -> PrecisionChoice.choose(manifest, Optional.of(BF16), GPU, AMX))
        .isInstanceOf(ManifestException.class)
        .hasMessage("--precision bf16 is for --execution-provider openvino, not cuda");
  }

  @Test
  void saysWhenThereIsNoFileAtAll() throws IOException {
    BackboneManifest none = withFiles();
    assertThatThrownBy(
            () -> PrecisionChoice.choose(none, Optional.empty(), ExecutionProvider.CPU, VNNI))
        .hasMessageContaining("`make models`");
  }

  private static Precision auto(
      BackboneManifest manifest, ExecutionProvider provider, CpuFeatures cpu) {
    PrecisionChoice choice = PrecisionChoice.choose(manifest, Optional.empty(), provider, cpu);
    assertThat(choice.warnings()).isEmpty();
    return choice.precision();
  }

  private BackboneManifest withFiles(Precision... present) throws IOException {
    Map<Precision, ModelFile> files = new EnumMap<>(Precision.class);
    for (Precision precision : Precision.values()) {
      files.put(precision, new ModelFile(folder.resolve(precision + ".onnx"), "0".repeat(64)));
    }
    for (Precision precision : present) {
      Files.createFile(folder.resolve(precision + ".onnx"));
    }
    return new BackboneManifest(
        "id",
        "name",
        Preprocessing.TF,
        "0".repeat(64),
        List.of(4, 4, 3),
        List.of(1, 1, 3),
        1,
        List.of(),
        files);
  }
}
