package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.errors.ServingException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The queue's bounds. */
class BatcherQueueTest {

  /** One preparer, so that a slow preparation leaves all others in the queue. */
  private static BatcherOptions bounded(int capacity, long bytes) {
    return new BatcherOptions(8, Duration.ZERO, capacity, bytes, 1, 1);
  }

  @Test
  void itemsOverTheCapacityAreRefusedAtOnce() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (BatcherHarness harness = new BatcherHarness(bounded(3, 1_000), listener)) {
      Gate slow = harness.occupyPreparer();
      List<FakeItem> taken = harness.submit(1, 2, 3);
      assertThat(harness.batcher.queueLength()).isEqualTo(3);
      FakeItem refused = new FakeItem(4);
      ServingException refusal = harness.refusal(refused);
      assertThat(refusal.kind()).isEqualTo(Kind.OVERLOADED);
      assertThat(refusal.retryAfter().orElseThrow()).isPositive();
      assertThat(refusal)
          .hasMessage(
              "the queue is full: 3 items (3 bytes) are waiting; its capacity is 3 items and 1,000"
                  + " bytes");
      assertThat(listener.events).containsExactly("refused FULL");
      slow.open();
      for (FakeItem item : taken) {
        item.awaitEnd();
        assertThat(item.runs).hasValue(1);
      }
      // A refused item must not be failed as well.
      assertThat(refused.failures).isEmpty();
      harness.assertAlive();
    }
  }

  @Test
  void itemsOverTheBytesAreRefused() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(bounded(100, 100))) {
      Gate slow = harness.occupyPreparer();
      harness.submit(new FakeItem(1, 60));
      assertThat(harness.refusal(new FakeItem(2, 41)).kind()).isEqualTo(Kind.OVERLOADED);
      FakeItem fits = harness.submit(new FakeItem(3, 32));
      assertThat(harness.refusal(new FakeItem(4, 9)).kind()).isEqualTo(Kind.OVERLOADED);
      slow.open();
      fits.awaitEnd();
      harness.assertAlive();
    }
  }

  @Test
  void bytesAreReleasedWhenItemsLeaveTheQueue() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(bounded(100, 100))) {
      for (int i = 1; i <= 50; i++) {
        FakeItem item = harness.submit(new FakeItem(i, 100));
        item.awaitEnd();
      }
    }
  }

  @Test
  void bytesDoNotOverflow() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(bounded(100, 100))) {
      Gate slow = harness.occupyPreparer();
      harness.submit(new FakeItem(1, 1));
      assertThat(harness.refusal(new FakeItem(2, Long.MAX_VALUE)).kind())
          .isEqualTo(Kind.OVERLOADED);
      slow.open();
      harness.assertAlive();
    }
  }

  @Test
  void retryAfterIsTheTimeOfATenthOfTheQueue() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(bounded(20, 1_000))) {
      harness.work.onRun = run -> harness.clock.advance(Duration.ofSeconds(1));
      // The second run begins after the first was measured.
      harness.submit(100).get(0).awaitEnd();
      harness.submit(101).get(0).awaitEnd();
      Gate slow = harness.occupyPreparer();
      for (int i = 1; i <= 20; i++) {
        harness.submit(i);
      }
      assertThat(harness.refusal(new FakeItem(21)).retryAfter()).hasValue(Duration.ofSeconds(2));
      slow.open();
    }
  }

  @Test
  void refusalsAreReportedOutsideTheLock() throws Exception {
    // Under the lock, a listener that waits for a submitting thread would deadlock.
    BatcherHarness[] holder = new BatcherHarness[1];
    CompletableFuture<Integer> seen = new CompletableFuture<>();
    BatcherListener listener =
        new BatcherListener() {
          @Override
          public void refused(Refusal why) {
            try {
              seen.complete(
                  CompletableFuture.supplyAsync(holder[0].batcher::queueLength)
                      .get(120, TimeUnit.SECONDS));
            } catch (Exception e) {
              seen.completeExceptionally(e);
            }
          }
        };
    try (BatcherHarness harness = new BatcherHarness(bounded(1, 1_000), listener)) {
      holder[0] = harness;
      Gate slow = harness.occupyPreparer();
      harness.submit(1);
      harness.refusal(new FakeItem(2));
      slow.open();
      assertThat(seen).isCompletedWithValue(1);
    }
  }
}
