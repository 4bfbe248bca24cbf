package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.feature.backbone.BackboneOptions.ProviderChoice;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.Cuda;
import dev.vgg16.inference.onnx.ExecutionProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackboneLoaderTest {

  private static final ExecutionProvider.Cuda GPU = new ExecutionProvider.Cuda(0, 0);

  @TempDir private Path folder;

  @Test
  void takesTheCpuWhenAutoFindsNoGpu() {
    try (Backbone backbone = loader(ProviderChoice.AUTO, any -> Optional.of("no driver")).load()) {
      assertThat(backbone.provider()).isEqualTo(ExecutionProvider.CPU);
      assertThat(backbone.instances()).isEqualTo(2);
    }
  }

  /** The probe sees nothing wrong, and the session is what fails: as with a driver but no GPU. */
  @Test
  void takesTheCpuWhenTheGpuFailsAtLoad() {
    try (Backbone backbone = loader(ProviderChoice.AUTO, any -> Optional.empty()).load()) {
      assertThat(backbone.provider()).isEqualTo(ExecutionProvider.CPU);
    }
  }

  /** A library that can be registered may still fail to load a model. */
  @Test
  void takesTheCpuWhenOpenVinoFailsAtLoad() {
    BackboneOptions options =
        new BackboneOptions(
            Backbones.TINY,
            Optional.empty(),
            ProviderChoice.AUTO,
            GPU,
            new ExecutionProvider.OpenVino(folder),
            0,
            0,
            false,
            0);
    BackboneLoader loader =
        new BackboneLoader(
            options,
            Set.of(),
            new CpuFeatures(true, true, true),
            2,
            provider -> provider.equals(GPU) ? Optional.of("no driver") : Optional.empty());
    try (Backbone backbone = loader.load()) {
      assertThat(backbone.provider()).isEqualTo(ExecutionProvider.CPU);
    }
  }

  @Test
  void doesNotStartWithoutTheGpuThatWasAskedFor() {
    assertThatThrownBy(() -> loader(ProviderChoice.CUDA, any -> Cuda.problem(GPU)).load())
        .isInstanceOf(ManifestException.class)
        .hasMessageStartingWith("--execution-provider cuda can't be used: ")
        .hasMessageContaining("build with the Maven profile `gpu`")
        .message()
        .hasLineCount(1);
  }

  @Test
  void doesNotStartWithoutTheOpenVinoThatWasAskedFor() {
    assertThatThrownBy(
            () -> loader(ProviderChoice.OPENVINO, any -> Optional.of("no library")).load())
        .isInstanceOf(ManifestException.class)
        .hasMessage("--execution-provider openvino can't be used: no library");
  }

  /** The probe is not even made: it loads a library. */
  @Test
  void doesNotTakeOpenVinoByItselfWhereItGainsNothing() {
    List<ExecutionProvider> probed = new ArrayList<>();
    BackboneLoader loader =
        new BackboneLoader(
            Backbones.options(Backbones.TINY, Optional.empty(), ProviderChoice.AUTO, 0),
            Set.of(),
            new CpuFeatures(true, true, false),
            2,
            provider -> {
              probed.add(provider);
              return Optional.of("no driver");
            });
    try (Backbone backbone = loader.load()) {
      assertThat(backbone.provider()).isEqualTo(ExecutionProvider.CPU);
    }
    assertThat(probed).containsExactly(GPU);
  }

  /** A GPU is not even probed: no other provider has bfloat16. */
  @Test
  void takesOpenVinoAloneForBfloat16() {
    List<ExecutionProvider> probed = new ArrayList<>();
    BackboneLoader loader =
        new BackboneLoader(
            Backbones.options(Backbones.TINY, Optional.of(Precision.BF16), ProviderChoice.AUTO, 0),
            Set.of(),
            new CpuFeatures(true, true, true),
            2,
            provider -> {
              probed.add(provider);
              return provider.equals(GPU) ? Optional.empty() : Optional.of("no library");
            });
    assertThatThrownBy(loader::load)
        .isInstanceOf(ManifestException.class)
        .hasMessage("--precision bf16 is for openvino, which can't be used: no library");
    assertThat(probed).containsExactly(Backbones.OPENVINO);
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
      ProviderChoice provider, Function<ExecutionProvider, Optional<String>> problemOf) {
    return new BackboneLoader(
        Backbones.options(Backbones.TINY, Optional.empty(), provider, 0),
        Set.of(),
        new CpuFeatures(true, false, false),
        2,
        problemOf);
  }
}
