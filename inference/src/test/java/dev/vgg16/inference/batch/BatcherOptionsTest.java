package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatcherOptionsTest {

  private static final Duration DELAY = Duration.ofMillis(1);

  @Test
  void theSmallestValuesAreAccepted() {
    assertThat(new BatcherOptions(1, Duration.ZERO, 1, 1, 1, 1)).isNotNull();
  }

  @Test
  void anErrorNamesTheOptionAndTheValue() {
    assertThatThrownBy(() -> new BatcherOptions(0, DELAY, 1, 1, 1, 1))
        .hasMessage("--max-batch must be at least 1, not 0");
    assertThatThrownBy(() -> new BatcherOptions(1, Duration.ofNanos(-1), 1, 1, 1, 1))
        .hasMessageContaining("max-delay");
    assertThatThrownBy(() -> new BatcherOptions(1, DELAY, 0, 1, 1, 1))
        .hasMessageContaining("queue-capacity");
    assertThatThrownBy(() -> new BatcherOptions(1, DELAY, 1, 0, 1, 1))
        .hasMessageContaining("queue-bytes");
    assertThatThrownBy(() -> new BatcherOptions(1, DELAY, 1, 1, 0, 1))
        .hasMessageContaining("preparers");
    assertThatThrownBy(() -> new BatcherOptions(1, DELAY, 1, 1, 1, -2))
        .hasMessage("workers must be at least 1, not -2");
  }
}
