package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One client sends as many costly items as it can; others send small ones. */
class CostlyItemsTest {

  private static final int PREPARERS = 4;

  /** Permits that costly items need to be prepared; released by a test. */
  private final Semaphore mayEnd = new Semaphore(0);

  private final Semaphore began = new Semaphore(0);
  private final AtomicInteger inProgress = new AtomicInteger();
  private final AtomicInteger mostInProgress = new AtomicInteger();

  private BatcherHarness harness(int preparers) {
    BatcherHarness harness =
        new BatcherHarness(new BatcherOptions(1, Duration.ZERO, 1_000, 1 << 20, preparers, 1));
    harness.work.onPrepare =
        item -> {
          if (item.isCostly) {
            mostInProgress.accumulateAndGet(inProgress.incrementAndGet(), Math::max);
            began.release();
            assertThat(mayEnd.tryAcquire(120, TimeUnit.SECONDS)).isTrue();
            inProgress.decrementAndGet();
          }
        };
    return harness;
  }

  private static FakeItem item(int value, Object client, boolean isCostly) {
    return item(value, new FlowKey(client, new Object()), isCostly);
  }

  private static FakeItem item(int value, FlowKey flow, boolean isCostly) {
    FakeItem item = new FakeItem(value);
    item.flow = flow;
    item.isCostly = isCostly;
    item.turns = isCostly ? 10 : 1;
    return item;
  }

  private static List<FakeItem> submitCostly(BatcherHarness harness, Object client, int count) {
    List<FakeItem> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(harness.submit(item(1_000 + i, client, true)));
    }
    return items;
  }

  private void awaitBegan(int count) throws InterruptedException {
    assertThat(began.tryAcquire(count, 120, TimeUnit.SECONDS)).isTrue();
  }

  /** Waits until a preparer has found no eligible item in the queue. */
  private static void awaitIdlePreparer(BatcherHarness harness) throws InterruptedException {
    harness.submit(item(100, "marker", false)).awaitEnd();
    while (Thread.getAllStackTraces().keySet().stream()
        .noneMatch(CostlyItemsTest::isIdlePreparer)) {
      Thread.onSpinWait();
    }
  }

  /** The preparers of costly items wait with a timeout. */
  private static boolean isIdlePreparer(Thread thread) {
    return thread.getName().startsWith("test-prepare-")
        && thread.getState() == Thread.State.WAITING;
  }

  @Test
  void otherItemsRunWhileCostlyItemsArePrepared() throws Exception {
    try (BatcherHarness harness = harness(PREPARERS)) {
      List<FakeItem> costly = submitCostly(harness, "greedy", 20);
      awaitBegan(PREPARERS / 2);
      for (int i = 1; i <= 100; i++) {
        FakeItem polite = harness.submit(item(i, "polite", false));
        polite.awaitEnd();
        assertThat(polite.runs).hasValue(1);
      }
      assertThat(costly).allMatch(item -> item.runs.get() == 0);
      mayEnd.release(costly.size());
      for (FakeItem item : costly) {
        item.awaitEnd();
        assertThat(item.runs).hasValue(1);
      }
      assertThat(mostInProgress).hasValue(PREPARERS / 2);
    }
  }

  /** A proxy's connection counts as one client. */
  @Test
  void otherCallsOfTheSameClientRunToo() throws Exception {
    try (BatcherHarness harness = harness(2)) {
      List<FakeItem> costly = submitCostly(harness, "both", 20);
      awaitBegan(1);
      for (int i = 1; i <= 100; i++) {
        harness.submit(item(i, "both", false)).awaitEnd();
      }
      mayEnd.release(costly.size());
    }
  }

  @Test
  void costlyItemsOfClientsAreServedInRoundRobin() throws Exception {
    try (BatcherHarness harness = harness(2)) {
      List<FakeItem> greedy = submitCostly(harness, "greedy", 20);
      awaitBegan(1);
      FakeItem polite = harness.submit(item(1, "polite", true));
      // It saved its turns, as the others did while none was eligible.
      awaitIdlePreparer(harness);
      mayEnd.release(3);
      polite.awaitEnd();
      assertThat(polite.runs).hasValue(1);
      mayEnd.release(greedy.size());
    }
  }

  @Test
  void aFailedCostlyItemMakesRoomForTheNext() throws Exception {
    try (BatcherHarness harness = harness(2)) {
      harness.work.onPrepare =
          item -> {
            if (item.isCostly) {
              throw new IllegalStateException("damaged");
            }
          };
      for (FakeItem item : submitCostly(harness, "greedy", 20)) {
        assertThat(item.awaitFailure()).hasMessage("damaged");
      }
      harness.assertAlive();
    }
  }

  @Test
  void aCancelledCostlyItemMakesRoomForTheNext() throws Exception {
    try (BatcherHarness harness = harness(2)) {
      List<FakeItem> items = submitCostly(harness, "greedy", 20);
      awaitBegan(1);
      items.forEach(FakeItem::cancel);
      FakeItem last = harness.submit(item(1, "greedy", true));
      mayEnd.release(2);
      last.awaitEnd();
      assertThat(last.runs).hasValue(1);
    }
  }

  /** The item behind was signalled when it was not eligible yet. */
  @Test
  void anItemBehindACancelledOneIsTakenAtOnce() throws Exception {
    try (BatcherHarness harness = harness(2)) {
      List<FakeItem> inProgress = submitCostly(harness, "greedy", 1);
      awaitBegan(1);
      FlowKey call = new FlowKey("polite", "call");
      FakeItem costly = harness.submit(item(2, call, true));
      FakeItem small = harness.submit(item(3, call, false));
      awaitIdlePreparer(harness);
      costly.cancel();
      harness.batcher.removeCancelled(call);
      small.awaitEnd();
      assertThat(small.runs).hasValue(1);
      mayEnd.release(inProgress.size());
    }
  }

  @Test
  void anItemBehindAnExpeditedOneIsTakenAtOnce() throws Exception {
    try (BatcherHarness harness = harness(2)) {
      submitCostly(harness, "greedy", 1);
      awaitBegan(1);
      FlowKey call = new FlowKey("polite", "call");
      // Enough items of other calls that the turn of another client is sooner.
      List<FakeItem> others = submitCostly(harness, "polite", 12);
      FakeItem costly = harness.submit(item(2, call, true));
      FakeItem small = harness.submit(item(3, call, false));
      awaitIdlePreparer(harness);
      assertThat(harness.batcher.expedite(costly, call, new FlowKey("other", "call"))).isTrue();
      small.awaitEnd();
      assertThat(small.runs).hasValue(1);
      mayEnd.release(2 + others.size());
    }
  }

  @Test
  void closeFinishesCostlyItems() throws Exception {
    List<FakeItem> items;
    try (BatcherHarness harness = harness(PREPARERS)) {
      items = submitCostly(harness, "greedy", 20);
      mayEnd.release(items.size());
    }
    assertThat(items).allMatch(item -> item.runs.get() == 1);
  }

  @Test
  void aSinglePreparerPreparesCostlyItems() throws Exception {
    mayEnd.release(1);
    try (BatcherHarness harness = harness(1)) {
      FakeItem item = submitCostly(harness, "greedy", 1).get(0);
      item.awaitEnd();
      assertThat(item.runs).hasValue(1);
    }
  }
}
