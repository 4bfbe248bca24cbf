package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.feature.backbone.BackboneOptions.DeviceChoice;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.Cuda;
import dev.vgg16.inference.onnx.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackboneLoaderTest {

  @TempDir private Path folder;

  @Test
  void takesTheCpuWhenAutoFindsNoGpu() {
    try (Backbone backbone = loader(DeviceChoice.AUTO, gpu -> Optional.of("no driver")).load()) {
      assertThat(backbone.device()).isEqualTo(Device.CPU);
      assertThat(backbone.instances()).isEqualTo(2);
    }
  }

  /** The probe sees nothing wrong, and the session is what fails: as with a driver but no GPU. */
  @Test
  void takesTheCpuWhenTheGpuFailsAtLoad() {
    try (Backbone backbone = loader(DeviceChoice.AUTO, gpu -> Optional.empty()).load()) {
      assertThat(backbone.device()).isEqualTo(Device.CPU);
    }
  }

  @Test
  void doesNotStartWithoutTheGpuThatWasAskedFor() {
    assertThatThrownBy(() -> loader(DeviceChoice.CUDA, Cuda::problem).load())
        .isInstanceOf(ManifestException.class)
        .hasMessageStartingWith("--device cuda: no usable GPU (cuda:0): ")
        .hasMessageContaining("build with the Maven profile `gpu`")
        .message()
        .hasLineCount(1);
  }

  @Test
  void refusesAFileThatIsNotTheOneDescribed() throws IOException {
    Files.copy(Backbones.TINY.resolve("backbone.json"), folder.resolve("backbone.json"));
    Files.writeString(folder.resolve("fp32.onnx"), "another model");
    BackboneOptions options = Backbones.onCpu(folder, Optional.empty(), 1);
    assertThatThrownBy(() -> new BackboneLoader(options, Set.of()).load())
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("is not the file that its manifest describes");
  }

  private static BackboneLoader loader(
      DeviceChoice device, Function<Device.Cuda, Optional<String>> cudaProblem) {
    return new BackboneLoader(
        Backbones.options(Backbones.TINY, Optional.empty(), device, 0),
        Set.of(),
        new CpuFeatures(true),
        2,
        cudaProblem);
  }
}
