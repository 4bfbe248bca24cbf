package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Failures are isolated, and the batcher survives them. */
class BatcherFailureTest {

  private static BatcherHarness greedy() {
    return new BatcherHarness(BatcherHarness.greedy(8));
  }

  private static FakeWork.Hook<FakeItem> throwsAt(int value, Exception e) {
    return item -> {
      if (item.value == value) {
        throw e;
      }
    };
  }

  @Test
  void anItemThatCannotBePreparedFailsAlone() throws Exception {
    try (BatcherHarness harness = greedy()) {
      Gate busy = harness.occupyWorker();
      Exception broken = new Exception("broken");
      harness.work.onPrepare = throwsAt(2, broken);
      List<FakeItem> items = harness.submit(1, 2, 3);
      assertThat(items.get(1).awaitFailure()).isSameAs(broken);
      harness.work.awaitPlaced(2);
      busy.open();
      assertThat(harness.work.nextRun().values()).containsExactlyInAnyOrder(1, 3);
      harness.assertAlive();
    }
  }

  @Test
  void aFailedPreparationIsReported() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(8), listener)) {
      harness.work.onPrepare = throwsAt(1, new Exception("broken"));
      harness.submit(1);
    }
    assertThat(listener.events).containsExactly("prepared");
  }

  @Test
  void anItemThatCannotBePlacedFailsAloneAndLeavesNoGap() throws Exception {
    BatcherOptions inOrder = new BatcherOptions(8, BatcherHarness.NO_DELAY, 100, 100, 1, 1);
    try (BatcherHarness harness = new BatcherHarness(inOrder)) {
      Gate busy = harness.occupyWorker();
      RuntimeException broken = new IllegalStateException("broken");
      harness.work.onPlace = throwsAt(2, broken);
      List<FakeItem> items = harness.submit(1, 2, 3, 4);
      assertThat(items.get(1).awaitFailure()).isSameAs(broken);
      harness.work.awaitPlaced(4);
      busy.open();
      // The last item fills the gap; nextRun compares the storage with the items.
      assertThat(harness.work.nextRun().values()).containsExactly(1, 4, 3);
    }
  }

  @Test
  void aFailedRunFailsItsItemsAlone() throws Exception {
    try (BatcherHarness harness = greedy()) {
      Gate busy = harness.occupyWorker();
      List<FakeItem> items = harness.submit(1, 2);
      harness.work.awaitPlaced(2);
      Exception broken = new Exception("broken");
      harness.work.onRun =
          run -> {
            if (run.values().contains(1)) {
              throw broken;
            }
          };
      busy.open();
      for (FakeItem item : items) {
        assertThat(item.awaitFailure()).isSameAs(broken);
      }
      harness.assertAlive();
    }
  }

  @Test
  void anErrorDoesNotEndAWorker() throws Exception {
    try (BatcherHarness harness = greedy()) {
      StackOverflowError error = new StackOverflowError();
      harness.work.onRun =
          run -> {
            if (run.values().contains(1)) {
              throw error;
            }
          };
      assertThat(harness.submit(1).get(0).awaitFailure()).isSameAs(error);
      harness.assertAlive();
    }
  }

  @Test
  void aFailedMoveFailsItsBatchAlone() throws Exception {
    BatcherOptions inOrder = new BatcherOptions(8, BatcherHarness.NO_DELAY, 100, 100, 1, 1);
    try (BatcherHarness harness = new BatcherHarness(inOrder)) {
      Gate busy = harness.occupyWorker();
      List<FakeItem> items = harness.submit(1, 2, 3);
      harness.work.awaitPlaced(3);
      items.get(0).cancel();
      RuntimeException broken = new IndexOutOfBoundsException("broken");
      harness.work.onMove =
          from -> {
            throw broken;
          };
      busy.open();
      assertThat(items.get(1).awaitFailure()).isSameAs(broken);
      assertThat(items.get(2).awaitFailure()).isSameAs(broken);
      harness.assertAlive();
    }
  }

  @Test
  void aThrowingFailDoesNotAffectOtherItems() throws Exception {
    try (BatcherHarness harness = greedy()) {
      Gate busy = harness.occupyWorker();
      harness.submit(stubborn(1));
      FakeItem second = harness.submit(new FakeItem(2));
      harness.submit(stubborn(3));
      FakeItem fourth = harness.submit(new FakeItem(4));
      harness.work.awaitPlaced(4);
      harness.work.onRun =
          run -> {
            if (run.values().contains(1)) {
              throw new Exception("broken");
            }
          };
      busy.open();
      assertThat(second.awaitFailure()).hasMessage("broken");
      assertThat(fourth.awaitFailure()).hasMessage("broken");
      harness.assertAlive();
    }
  }

  @Test
  void aThrowingFailDoesNotEndThePreparer() throws Exception {
    BatcherOptions onePreparer = new BatcherOptions(8, BatcherHarness.NO_DELAY, 100, 100, 1, 1);
    try (BatcherHarness harness = new BatcherHarness(onePreparer)) {
      harness.work.onPrepare = throwsAt(1, new Exception("broken"));
      harness.submit(stubborn(1));
      harness.assertAlive();
    }
  }

  private static FakeItem stubborn(int value) {
    return new FakeItem(value) {
      @Override
      public void fail(Throwable cause) {
        throw new IllegalStateException("the call is closed already");
      }
    };
  }

  @Test
  void aThrowingIsCancelledFailsItsItemAlone() throws Exception {
    BatcherOptions inOrder = new BatcherOptions(8, BatcherHarness.NO_DELAY, 100, 100, 1, 1);
    AtomicBoolean broken = new AtomicBoolean();
    FakeItem item =
        new FakeItem(1) {
          @Override
          public boolean isCancelled() {
            if (broken.get()) {
              throw new IllegalStateException("broken");
            }
            return false;
          }
        };
    try (BatcherHarness harness = new BatcherHarness(inOrder)) {
      Gate busy = harness.occupyWorker();
      harness.submit(item);
      harness.submit(2, 3);
      harness.work.awaitPlaced(3);
      broken.set(true);
      busy.open();
      assertThat(harness.work.nextRun().values()).containsExactly(3, 2);
      assertThat(item.awaitFailure()).hasMessage("broken");
      FakeItem second =
          new FakeItem(5) {
            @Override
            public boolean isCancelled() {
              throw new IllegalStateException("broken from the start");
            }
          };
      harness.submit(second);
      assertThat(second.awaitFailure()).hasMessage("broken from the start");
      harness.assertAlive();
    }
  }

  @Test
  void aThrowingListenerHasNoEffect() throws Exception {
    BatcherListener broken =
        new BatcherListener() {
          @Override
          public void cancelled() {
            throw new IllegalStateException("broken listener");
          }

          @Override
          public void prepared(long nanos) {
            throw new IllegalStateException("broken listener");
          }

          @Override
          public void ran(int size, long nanos) {
            throw new IllegalStateException("broken listener");
          }
        };
    try (BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(8), broken)) {
      FakeItem cancelled = new FakeItem(1);
      cancelled.cancel();
      harness.submit(cancelled);
      cancelled.awaitFailure();
      for (int i = 0; i < 20; i++) {
        harness.assertAlive();
      }
    }
  }

  @Test
  void anInterruptDuringPreparationFailsThatItemOnly() throws Exception {
    BatcherOptions onePreparer = new BatcherOptions(8, BatcherHarness.NO_DELAY, 100, 100, 1, 1);
    try (BatcherHarness harness = new BatcherHarness(onePreparer)) {
      harness.work.onPrepare =
          item -> {
            if (item.value == 1) {
              throw new InterruptedException("somebody interrupted");
            }
          };
      assertThat(harness.submit(1).get(0).awaitFailure()).isInstanceOf(InterruptedException.class);
      harness.assertAlive();
    }
  }

  @Test
  void anInterruptByTheWorkEndsNoThread() throws Exception {
    BatcherOptions oneOfEach = new BatcherOptions(2, Duration.ofMillis(1), 100, 100, 1, 1);
    try (BatcherHarness harness = new BatcherHarness(oneOfEach)) {
      harness.work.onPrepare = item -> Thread.currentThread().interrupt();
      harness.work.onRun = run -> Thread.currentThread().interrupt();
      for (int i = 0; i < 5; i++) {
        List<FakeItem> pair = harness.submit(2 * i, 2 * i + 1);
        for (FakeItem item : pair) {
          item.awaitEnd();
          assertThat(item.runs).hasValue(1);
        }
      }
    }
  }

  @Test
  void aThrowingPlacementCloseDoesNotFailTheItem() throws Exception {
    List<FakeItem> items;
    try (BatcherHarness harness = greedy()) {
      harness.work.onClose =
          item -> {
            throw new IllegalStateException("broken close");
          };
      items = harness.submit(1, 2, 3);
    }
    assertThat(items)
        .allSatisfy(
            item -> {
              assertThat(item.runs).hasValue(1);
              assertThat(item.failures).isEmpty();
            });
  }

  @Test
  void everyPlacementIsClosedOnce() throws Exception {
    FakeWork work = new FakeWork(8);
    try (BatcherHarness harness =
        new BatcherHarness(BatcherHarness.greedy(8), BatcherListener.NONE, work)) {
      work.onPlace = throwsAt(2, new IllegalStateException("broken"));
      work.onPrepare =
          item -> {
            if (item.value == 3) {
              item.cancel();
            }
          };
      harness.submit(1, 2, 3);
    }
    assertThat(work.closedPlacements).hasValue(3);
  }

  @Test
  void aNullPlacementFailsItsItemAlone() throws Exception {
    FakeWork nothing =
        new FakeWork(8) {
          @Override
          public Placement<int[]> prepare(FakeItem item) throws Exception {
            return item.value == 1 ? null : super.prepare(item);
          }
        };
    try (BatcherHarness harness =
        new BatcherHarness(BatcherHarness.greedy(8), BatcherListener.NONE, nothing)) {
      assertThat(harness.submit(1).get(0).awaitFailure()).isInstanceOf(NullPointerException.class);
      harness.assertAlive();
    }
  }

  @Test
  void theListOfItemsIsUnmodifiable() throws Exception {
    FakeWork clearingWork =
        new FakeWork(8) {
          @Override
          public void run(int worker, int[] storage, List<FakeItem> items, boolean alone)
              throws Exception {
            if (items.get(0).value == 1) {
              items.clear();
            }
            super.run(worker, storage, items, alone);
          }
        };
    try (BatcherHarness harness =
        new BatcherHarness(BatcherHarness.greedy(8), BatcherListener.NONE, clearingWork)) {
      assertThat(harness.submit(1).get(0).awaitFailure())
          .isInstanceOf(UnsupportedOperationException.class);
      harness.assertAlive();
    }
  }
}
