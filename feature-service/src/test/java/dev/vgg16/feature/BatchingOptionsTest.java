package dev.vgg16.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.inference.batch.BatcherOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchingOptionsTest {

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 2", "8, 8", "64, 16"})
  void thereIsADecoderForEachProcessorFrom2To16(int processors, int decoders) {
    assertThat(options(0).of(2, 1, processors).preparers()).isEqualTo(decoders);
  }

  @Test
  void whatIsGivenIsTaken() {
    assertThat(options(1).of(5, 3, 8))
        .isEqualTo(new BatcherOptions(5, Duration.ofMillis(7), 10, 1000, 1, 3));
  }

  private static BatchingOptions options(int decoders) {
    return new BatchingOptions(Duration.ofMillis(7), 10, 1000, decoders);
  }
}
