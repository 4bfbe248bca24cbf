package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.inference.batch.FakeWork.Run;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Forming batches without failures. */
class BatcherTest {

  @Test
  void aSingleItemRunsAtOnce() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(8))) {
      FakeItem item = harness.submit(7).get(0);
      assertThat(harness.work.nextRun().values()).containsExactly(7);
      item.awaitEnd();
      assertThat(item.runs).hasValue(1);
      assertThat(item.failures).isEmpty();
    }
  }

  @Test
  void itemsSubmittedDuringARunFormTheNextBatch() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(8))) {
      Gate busy = harness.occupyWorker();
      harness.submit(1, 2, 3, 4, 5);
      harness.work.awaitPlaced(5);
      assertThat(harness.work.hasRun()).isFalse();
      busy.open();
      assertThat(harness.work.nextRun().values()).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    }
  }

  @Test
  void aBatchHoldsAtMostMaxBatchItems() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(3))) {
      Gate busy = harness.occupyWorker();
      harness.submit(1, 2, 3, 4, 5);
      harness.work.awaitPlaced(3);
      Gate second = new Gate();
      harness.work.onRun = run -> second.pass();
      busy.open();
      Run full = harness.work.nextRun();
      assertThat(full.items()).hasSize(3);
      harness.work.awaitPlaced(2);
      second.open();
      Run rest = harness.work.nextRun();
      assertThat(rest.items()).hasSize(2).doesNotContainAnyElementsOf(full.items());
    }
  }

  @Test
  void onePreparerKeepsTheOrder() throws Exception {
    BatcherOptions options =
        new BatcherOptions(8, BatcherHarness.NO_DELAY, 1_000, 1_000, /* preparers= */ 1, 1);
    try (BatcherHarness harness = new BatcherHarness(options)) {
      Gate busy = harness.occupyWorker();
      harness.submit(5, 4, 3, 2, 1);
      harness.work.awaitPlaced(5);
      busy.open();
      assertThat(harness.work.nextRun().values()).containsExactly(5, 4, 3, 2, 1);
    }
  }

  @Test
  void aRunWaitsForInputsBeingWritten() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(8))) {
      Gate slow = new Gate();
      harness.work.onPlace = item -> slow.pass();
      harness.submit(7);
      slow.awaitThread();
      assertThat(harness.work.hasRun()).isFalse();
      slow.open();
      // nextRun compares the storage with the items.
      assertThat(harness.work.nextRun().values()).containsExactly(7);
    }
  }

  @Test
  void aSlowPreparationDoesNotBlockOthers() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(8))) {
      Gate slow = new Gate();
      harness.work.onPrepare =
          item -> {
            if (item.value == 1) {
              slow.pass();
            }
          };
      harness.submit(1);
      slow.awaitThread();
      harness.submit(2);
      assertThat(harness.work.nextRun().values()).containsExactly(2);
      slow.open();
      assertThat(harness.work.nextRun().values()).containsExactly(1);
    }
  }

  @Test
  void aRunIsAloneWhileNoOtherItemIsUnfinished() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(8))) {
      Gate slow = harness.occupyPreparer();
      harness.submit(2);
      assertThat(harness.work.nextRun().alone()).as("beside an item being prepared").isFalse();
      slow.open();
      assertThat(harness.work.nextRun().alone()).isTrue();
    }
  }

  @Test
  void aRunBesideAnotherIsNotAlone() throws Exception {
    BatcherOptions options = new BatcherOptions(1, BatcherHarness.NO_DELAY, 100, 100, 1, 2);
    try (BatcherHarness harness = new BatcherHarness(options)) {
      Gate busy = harness.occupyWorker();
      harness.submit(1);
      assertThat(harness.work.nextRun().alone()).isFalse();
      busy.open();
    }
  }

  @Test
  void aRunBeforeAnItemThatWaitsIsNotAlone() throws Exception {
    BatcherOptions options = new BatcherOptions(1, BatcherHarness.NO_DELAY, 100, 100, 1, 1);
    try (BatcherHarness harness = new BatcherHarness(options)) {
      Gate busy = harness.occupyWorker();
      harness.submit(1, 2);
      busy.open();
      assertThat(harness.work.nextRun().alone()).isFalse();
      assertThat(harness.work.nextRun().alone()).isTrue();
    }
  }

  @Test
  void workersRunAtTheSameTime() throws Exception {
    BatcherOptions options = new BatcherOptions(1, BatcherHarness.NO_DELAY, 100, 100, 4, 3);
    try (BatcherHarness harness = new BatcherHarness(options)) {
      CyclicBarrier together = new CyclicBarrier(3);
      harness.work.onRun = run -> together.await(120, TimeUnit.SECONDS);
      List<FakeItem> items = harness.submit(1, 2, 3);
      for (FakeItem item : items) {
        item.awaitEnd();
        assertThat(item.failures).isEmpty();
      }
    }
  }

  @Test
  void eachWorkerIsOneThread() throws Exception {
    BatcherOptions options = new BatcherOptions(1, BatcherHarness.NO_DELAY, 1_000, 1_000, 3, 3);
    try (BatcherHarness harness = new BatcherHarness(options)) {
      CyclicBarrier together = new CyclicBarrier(3);
      harness.work.onRun = run -> together.await(120, TimeUnit.SECONDS);
      for (int i = 0; i < 90; i++) {
        harness.submit(i);
      }
      Map<Integer, String> threads = new HashMap<>();
      for (int i = 0; i < 90; i++) {
        Run run = harness.work.nextRun();
        assertThat(threads.putIfAbsent(run.worker(), run.thread())).isIn(null, run.thread());
      }
      assertThat(threads).containsOnlyKeys(0, 1, 2);
      assertThat(threads.values()).doesNotHaveDuplicates();
    }
  }

  @Test
  void theListenerIsNotifiedOfRunsAndPreparations() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(8), listener)) {
      Gate busy = harness.occupyWorker();
      harness.submit(1, 2);
      harness.work.awaitPlaced(2);
      busy.open();
    }
    assertThat(listener.events)
        .containsExactlyInAnyOrder("prepared", "prepared", "prepared", "ran 1", "ran 2");
  }
}
