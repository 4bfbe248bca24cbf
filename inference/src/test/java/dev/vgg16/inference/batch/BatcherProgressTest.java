package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The progress that a liveness check reads. */
class BatcherProgressTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void anIdleBatcherIsNeverStalled() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(2), listener)) {
      harness.submit(1);
      listener.awaitRuns(1);
      harness.clock.advance(HOUR);
      assertThat(harness.batcher.progress()).isEqualTo(new BatcherProgress(0, Duration.ZERO));
      assertThat(harness.batcher.progress().isStalledFor(Duration.ZERO)).isFalse();
    }
  }

  @Test
  void aRunThatDoesNotEndIsAStall() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(2))) {
      // The idle hour before does not count.
      harness.clock.advance(HOUR);
      Gate stuck = harness.occupyWorker();
      harness.clock.advance(MINUTE);
      BatcherProgress progress = harness.batcher.progress();
      assertThat(progress).isEqualTo(new BatcherProgress(1, MINUTE));
      assertThat(progress.isStalledFor(MINUTE)).isTrue();
      assertThat(progress.isStalledFor(MINUTE.plusNanos(1))).isFalse();
      stuck.open();
    }
  }

  @Test
  void laterItemsDoNotHideAStall() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(1))) {
      Gate stuck = harness.occupyWorker();
      harness.submit(1, 2, 3, 4, 5, 6);
      harness.clock.advance(MINUTE);
      harness.submit(7);
      assertThat(harness.batcher.progress()).isEqualTo(new BatcherProgress(8, MINUTE));
      stuck.open();
    }
  }

  @Test
  void itemsThatFailBeforeTheirRunDoNotHideAStall() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(2))) {
      Gate stuck = harness.occupyWorker();
      harness.clock.advance(MINUTE);
      harness.work.onPrepare =
          item -> {
            throw new Exception("broken");
          };
      harness.submit(1).get(0).awaitEnd();
      assertThat(harness.batcher.progress().isStalledFor(MINUTE)).isTrue();
      stuck.open();
    }
  }

  @Test
  void aPreparationThatDoesNotEndIsAStall() throws Exception {
    BatcherOptions onePreparer = new BatcherOptions(1, Duration.ZERO, 10, 10, 1, 1);
    try (BatcherHarness harness = new BatcherHarness(onePreparer)) {
      Gate stuck = new Gate();
      harness.work.onPrepare = item -> stuck.pass();
      harness.submit(1, 2);
      stuck.awaitThread();
      harness.clock.advance(MINUTE);
      assertThat(harness.batcher.progress()).isEqualTo(new BatcherProgress(2, MINUTE));
      stuck.open();
    }
  }

  @Test
  void aFinishedRunIsProgress() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(1), listener)) {
      Gate first = harness.occupyWorker();
      Gate second = new Gate();
      harness.submit(1);
      harness.work.awaitPlaced(1);
      harness.clock.advance(MINUTE);
      harness.work.onRun = run -> second.pass();
      first.open();
      listener.awaitRuns(1);
      harness.clock.advance(Duration.ofSeconds(1));
      assertThat(harness.batcher.progress())
          .isEqualTo(new BatcherProgress(1, Duration.ofSeconds(1)));
      second.open();
    }
  }
}
