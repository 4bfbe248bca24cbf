package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchPolicyTest {

  private static final Duration DELAY = Duration.ofNanos(100);

  @Test
  void aFullBatchStartsNow() {
    assertThat(new BatchPolicy(4, DELAY).nanosToWait(4, 0)).isNotPositive();
    assertThat(new BatchPolicy(4, DELAY).nanosToWait(5, 0)).isNotPositive();
  }

  @Test
  void withoutADelayEveryBatchStartsNow() {
    assertThat(new BatchPolicy(4, Duration.ZERO).nanosToWait(1, 0)).isNotPositive();
  }

  @Test
  void aBatchThatIsNotFullWaitsForTheRestOfTheDelay() {
    BatchPolicy policy = new BatchPolicy(4, DELAY);
    assertThat(policy.nanosToWait(1, 0)).isEqualTo(100);
    assertThat(policy.nanosToWait(3, 99)).isEqualTo(1);
    assertThat(policy.nanosToWait(3, 100)).isNotPositive();
    assertThat(policy.nanosToWait(3, 5_000)).isNotPositive();
  }

  @Test
  void aDelayThatOverflowsNanosecondsSaturates() {
    BatchPolicy policy = new BatchPolicy(4, Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(policy.nanosToWait(1, 1_000)).isPositive();
  }
}
