package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.errors.ServingException.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A cancelled item is removed at its next stage and never run. */
class BatcherCancelTest {

  private final RecordingListener listener = new RecordingListener();

  private BatcherHarness inOrder(int maxBatch) {
    BatcherOptions onePreparer =
        new BatcherOptions(maxBatch, BatcherHarness.NO_DELAY, 100, 100, 1, 1);
    return new BatcherHarness(onePreparer, listener);
  }

  private static void assertCancelled(FakeItem item) throws InterruptedException {
    assertThat(item.awaitFailure())
        .isInstanceOfSatisfying(
            ServingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
  }

  @Test
  void beforeItsPreparation() throws Exception {
    try (BatcherHarness harness = inOrder(8)) {
      Gate slow = new Gate();
      AtomicInteger prepared = new AtomicInteger();
      harness.work.onPrepare =
          item -> {
            prepared.incrementAndGet();
            slow.pass();
          };
      harness.submit(1);
      slow.awaitThread();
      FakeItem item = harness.submit(2).get(0);
      item.cancel();
      slow.open();
      assertCancelled(item);
      assertThat(prepared).hasValue(1);
    }
    assertThat(listener.events).containsOnlyOnce("cancelled");
  }

  @Test
  void duringItsPreparation() throws Exception {
    List<FakeItem> placed = new CopyOnWriteArrayList<>();
    FakeWork work;
    try (BatcherHarness harness = inOrder(8)) {
      work = harness.work;
      harness.work.onPrepare = FakeItem::cancel;
      harness.work.onPlace = item -> placed.add(item);
      assertCancelled(harness.submit(1).get(0));
    }
    // Its slot is free for another.
    assertThat(placed).isEmpty();
    assertThat(work.hasRun()).isFalse();
    assertThat(work.closedPlacements).hasValue(1);
    assertThat(listener.events).containsExactly("prepared", "cancelled");
  }

  @Test
  void beforeItsRunAndTheBatchIsCompacted() throws Exception {
    try (BatcherHarness harness = inOrder(8)) {
      Gate busy = harness.occupyWorker();
      List<FakeItem> items = harness.submit(1, 2, 3, 4, 5, 6, 7);
      harness.work.awaitPlaced(7);
      for (int gone : new int[] {0, 2, 5, 6}) {
        items.get(gone).cancel();
      }
      busy.open();
      // Filled from the end; nextRun compares the storage with the items.
      assertThat(harness.work.nextRun().values()).containsExactly(5, 2, 4);
      for (int gone : new int[] {0, 2, 5, 6}) {
        assertCancelled(items.get(gone));
      }
    }
    assertThat(listener.events).filteredOn("cancelled"::equals).hasSize(4);
    assertThat(listener.events).contains("ran 3");
  }

  @Test
  void allItemsOfABatch() throws Exception {
    try (BatcherHarness harness = inOrder(2)) {
      for (int i = 0; i < 5; i++) {
        Gate busy = harness.occupyWorker();
        List<FakeItem> items = harness.submit(1, 2);
        harness.work.awaitPlaced(2);
        items.forEach(FakeItem::cancel);
        busy.open();
        assertCancelled(items.get(0));
        assertCancelled(items.get(1));
      }
      harness.assertAlive();
    }
    assertThat(listener.events).doesNotContain("ran 0", "ran 2");
  }

  @Test
  void aFailedPlacementIsNotCountedAsCancelled() throws Exception {
    try (BatcherHarness harness = inOrder(8)) {
      Gate busy = harness.occupyWorker();
      harness.work.onPlace =
          item -> {
            throw new IllegalStateException("broken");
          };
      FakeItem item = harness.submit(1).get(0);
      item.awaitEnd();
      item.cancel();
      busy.open();
      harness.work.onPlace = any -> {};
      harness.assertAlive();
      assertThat(item.awaitFailure()).hasMessage("broken");
    }
    assertThat(listener.events).doesNotContain("cancelled");
  }

  @Test
  void failIsCalledOutsideTheLock() throws Exception {
    // Under the lock, an item that waits for a submitting thread would deadlock.
    try (BatcherHarness harness = inOrder(8)) {
      CompletableFuture<Integer> seen = new CompletableFuture<>();
      FakeItem item =
          new FakeItem(1) {
            @Override
            public void fail(Throwable cause) {
              try {
                seen.complete(
                    CompletableFuture.supplyAsync(harness.batcher::queueLength)
                        .get(120, TimeUnit.SECONDS));
              } catch (Exception e) {
                seen.completeExceptionally(e);
              }
            }
          };
      harness.work.onPrepare = FakeItem::cancel;
      harness.submit(item);
      assertThat(seen.get(120, TimeUnit.SECONDS)).isZero();
    }
  }
}
