package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.feature.backbone.BackboneOptions.DeviceChoice;
import dev.vgg16.inference.onnx.Device;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackboneOptionsTest {

  private static final Device.Cuda GPU = new Device.Cuda(0, 0);

  @Test
  void theDefaultBatchDependsOnTheDevice() {
    assertThat(options(0).maxBatchOn(Device.CPU)).isEqualTo(2);
    assertThat(options(0).maxBatchOn(GPU)).isEqualTo(64);
    assertThat(options(5).maxBatchOn(GPU)).isEqualTo(5);
  }

  @Test
  void aBatchOutOfRangeIsRefused() {
    assertThatThrownBy(() -> options(1025)).hasMessage("--max-batch must be 0 to 1024, not 1025");
  }

  private static BackboneOptions options(int maxBatch) {
    return new BackboneOptions(
        Path.of("backbone"), Optional.empty(), DeviceChoice.AUTO, GPU, 0, 0, false, maxBatch);
  }
}
