package dev.vgg16.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.inference.batch.BatcherOptions;
import dev.vgg16.inference.onnx.Device;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchingOptionsTest {

  private static final Device.Cuda GPU = new Device.Cuda(0, 0);

  @Test
  void theDefaultBatchDependsOnTheDevice() {
    BatchingOptions options = options(0, 0);
    assertThat(options.on(Device.CPU, 1, 4).maxBatch()).isEqualTo(2);
    assertThat(options.on(GPU, 1, 4).maxBatch()).isEqualTo(64);
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 2", "8, 8", "64, 16"})
  void thereIsADecoderForEachProcessorFrom2To16(int processors, int decoders) {
    assertThat(options(0, 0).on(Device.CPU, 1, processors).preparers()).isEqualTo(decoders);
  }

  @Test
  void whatIsGivenIsTaken() {
    assertThat(options(5, 1).on(GPU, 3, 8))
        .isEqualTo(new BatcherOptions(5, Duration.ofMillis(7), 10, 1000, 1, 3));
  }

  private static BatchingOptions options(int maxBatch, int decoders) {
    return new BatchingOptions(maxBatch, Duration.ofMillis(7), 10, 1000, decoders);
  }
}
