package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.feature.backbone.BackboneOptions.ProviderChoice;
import dev.vgg16.inference.onnx.ExecutionProvider;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackboneOptionsTest {

  private static final ExecutionProvider.Cuda GPU = new ExecutionProvider.Cuda(0, 0);
  private static final ExecutionProvider.OpenVino OPENVINO =
      new ExecutionProvider.OpenVino(Path.of("openvino"));

  @Test
  void theDefaultBatchDependsOnTheProvider() {
    assertThat(options(0).maxBatchOn(ExecutionProvider.CPU)).isEqualTo(2);
    assertThat(options(0).maxBatchOn(OPENVINO)).isEqualTo(2);
    assertThat(options(0).maxBatchOn(GPU)).isEqualTo(64);
    assertThat(options(5).maxBatchOn(GPU)).isEqualTo(5);
  }

  @Test
  void aBatchOutOfRangeIsRefused() {
    assertThatThrownBy(() -> options(1025)).hasMessage("--max-batch must be 0 to 1024, not 1025");
  }

  private static BackboneOptions options(int maxBatch) {
    return new BackboneOptions(
        Path.of("backbone"),
        Optional.empty(),
        ProviderChoice.AUTO,
        GPU,
        OPENVINO,
        0,
        0,
        false,
        maxBatch);
  }
}
