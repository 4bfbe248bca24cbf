package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The delay of a run that waits for more items, with a fake clock. */
class BatcherDelayTest {

  private static final Duration DELAY = Duration.ofMillis(50);

  private static BatcherHarness delayed(int maxBatch, Duration delay) {
    return new BatcherHarness(new BatcherOptions(maxBatch, delay, 100, 100, maxBatch + 1, 1));
  }

  @Test
  void anIdleWorkerWaitsForTheDelay() throws Exception {
    try (BatcherHarness harness = delayed(8, DELAY)) {
      AtomicReference<Long> startedAt = new AtomicReference<>();
      harness.work.onRun = run -> startedAt.set(harness.clock.nanoTime());
      long submitted = harness.clock.nanoTime();
      FakeItem item = harness.submit(1).get(0);
      assertThat(harness.clock.nextWait()).isEqualTo(DELAY);
      harness.clock.advance(DELAY.minusNanos(1));
      assertThat(harness.work.hasRun()).isFalse();
      harness.clock.advance(Duration.ofNanos(1));
      item.awaitEnd();
      assertThat(startedAt.get() - submitted).isEqualTo(DELAY.toNanos());
    }
  }

  @Test
  void theDelayCountsFromTheOldestSubmission() throws Exception {
    try (BatcherHarness harness = delayed(8, DELAY)) {
      harness.submit(1);
      assertThat(harness.clock.nextWait()).isEqualTo(DELAY);
      harness.clock.advance(Duration.ofMillis(20));
      harness.submit(2);
      harness.work.awaitPlaced(2);
      assertThat(harness.clock.nextWait()).isEqualTo(Duration.ofMillis(30));
      harness.clock.advance(Duration.ofMillis(30));
      assertThat(harness.work.nextRun().values()).containsExactlyInAnyOrder(1, 2);
    }
  }

  @Test
  void timeInTheQueueAndInPreparationCounts() throws Exception {
    try (BatcherHarness harness = delayed(8, DELAY)) {
      Gate slow = new Gate();
      harness.work.onPrepare = item -> slow.pass();
      harness.submit(1);
      slow.awaitThread();
      harness.clock.advance(Duration.ofMillis(40));
      slow.open();
      assertThat(harness.clock.nextWait()).isEqualTo(Duration.ofMillis(10));
      harness.clock.advance(Duration.ofMillis(10));
      harness.work.nextRun();
    }
  }

  @Test
  void theOldestSubmissionCountsEvenIfPlacedLast() throws Exception {
    try (BatcherHarness harness = delayed(8, DELAY)) {
      Gate slow = new Gate();
      harness.work.onPrepare =
          item -> {
            if (item.value == 1) {
              slow.pass();
            }
          };
      harness.submit(1);
      slow.awaitThread();
      harness.clock.advance(Duration.ofMillis(40));
      harness.submit(2);
      assertThat(harness.clock.nextWait()).isEqualTo(DELAY);
      slow.open();
      assertThat(harness.clock.nextWait()).isEqualTo(Duration.ofMillis(10));
      harness.clock.advance(Duration.ofMillis(10));
      assertThat(harness.work.nextRun().values()).containsExactly(2, 1);
    }
  }

  @Test
  void timeBehindARunCountsTowardsTheDelay() throws Exception {
    try (BatcherHarness harness = delayed(8, DELAY)) {
      Gate busy = new Gate();
      harness.work.onRun =
          run -> {
            if (run.values().contains(1)) {
              busy.pass();
            }
          };
      harness.submit(1);
      assertThat(harness.clock.nextWait()).isEqualTo(DELAY);
      harness.clock.advance(DELAY);
      harness.work.nextRun();
      harness.work.awaitPlaced(1);
      harness.submit(2);
      harness.work.awaitPlaced(1);
      harness.clock.advance(DELAY);
      busy.open();
      assertThat(harness.work.nextRun().values()).containsExactly(2);
    }
  }

  @Test
  void aFullBatchRunsWithoutWaiting() throws Exception {
    try (BatcherHarness harness = delayed(3, DELAY)) {
      harness.submit(1, 2, 3);
      assertThat(harness.work.nextRun().values()).containsExactlyInAnyOrder(1, 2, 3);
    }
  }

  @Test
  void fullBatchesRunDespiteAnEndlessDelay() throws Exception {
    try (BatcherHarness harness = delayed(2, Duration.ofSeconds(Long.MAX_VALUE))) {
      harness.submit(1);
      assertThat(harness.clock.nextWait()).isGreaterThan(Duration.ofDays(10_000));
      harness.submit(2);
      assertThat(harness.work.nextRun().values()).containsExactlyInAnyOrder(1, 2);
    }
  }

  @Test
  void closeEndsTheWait() throws Exception {
    FakeItem item;
    try (BatcherHarness harness = delayed(8, DELAY)) {
      item = harness.submit(1).get(0);
      harness.clock.nextWait();
    }
    assertThat(item.runs).hasValue(1);
  }
}
