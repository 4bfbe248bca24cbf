package dev.vgg16.head.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeBudgetTest {

  private long now = Long.MAX_VALUE - 5;
  private final TimeBudget budget =
      new TimeBudget(
          0.25,
          new Ticker() {
            @Override
            public long read() {
              return now;
            }
          });

  private void pass(long millis) {
    now += Duration.ofMillis(millis).toNanos();
  }

  private void spend(long millis) {
    budget.spend(Duration.ofMillis(millis).toNanos());
  }

  @Test
  void aSecondsShareCanBeSpentAtOnce() {
    spend(249);
    assertThat(budget.hasTime()).isTrue();
    spend(1);
    assertThat(budget.hasTime()).isFalse();
    pass(4);
    assertThat(budget.hasTime()).isTrue();
  }

  @Test
  void whatWasSpentBeyondIsPaidOff() {
    spend(1250);
    pass(3999);
    assertThat(budget.hasTime()).isFalse();
    pass(2);
    assertThat(budget.hasTime()).isTrue();
  }

  /** An idle hour gives no more than a second does. */
  @Test
  void timeIsNotSavedUp() {
    pass(3_600_000);
    assertThat(budget.hasTime()).isTrue();
    spend(251);
    assertThat(budget.hasTime()).isFalse();
  }
}
