package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.errors.ServingException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatcherCloseTest {

  @Test
  void closeOfAnIdleBatcherIsIdempotent() {
    BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(8));
    harness.close();
    harness.close();
  }

  @Test
  void aClosedBatcherRefuses() {
    BatcherHarness harness = new BatcherHarness(BatcherHarness.greedy(8));
    harness.close();
    assertThatThrownBy(() -> harness.submit(1))
        .isInstanceOfSatisfying(
            ServingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
  }

  @Test
  void acceptedItemsAreFinished() throws Exception {
    BatcherOptions narrow = new BatcherOptions(2, BatcherHarness.NO_DELAY, 50, 50, 2, 1);
    BatcherHarness harness = new BatcherHarness(narrow);
    Gate busy = harness.occupyWorker();
    List<FakeItem> taken = new ArrayList<>(harness.submit(1, 2, 3, 4, 5, 6, 7));
    Thread closer = new Thread(harness::close, "closer");
    closer.start();
    submitUntilRefused(harness, taken);
    busy.open();
    closer.join(120_000);
    assertThat(closer.isAlive()).isFalse();
    assertThat(taken)
        .allSatisfy(
            item -> {
              assertThat(item.runs).hasValue(1);
              assertThat(item.failures).isEmpty();
            });
  }

  /** Workers that the last item does not wake must end too. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void anItemPreparedDuringCloseIsFinished(int workers) throws Exception {
    BatcherOptions options = new BatcherOptions(2, BatcherHarness.NO_DELAY, 50, 50, 1, workers);
    BatcherHarness harness = new BatcherHarness(options);
    Gate slow = new Gate();
    harness.work.onPrepare = item -> slow.pass();
    FakeItem last = harness.submit(1).get(0);
    slow.awaitThread();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(harness::close);
    submitUntilRefused(harness, new ArrayList<>());
    slow.open();
    closed.get(120, TimeUnit.SECONDS);
    assertThat(last.runs).hasValue(1);
  }

  /** Submits until close has begun; accepted items are added. */
  private static void submitUntilRefused(BatcherHarness harness, List<FakeItem> taken) {
    while (true) {
      try {
        FakeItem item = new FakeItem(100 + taken.size());
        harness.batcher.submit(item);
        taken.add(item);
      } catch (ServingException e) {
        if (e.kind() == Kind.UNAVAILABLE) {
          return;
        }
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void failuresDuringCloseDoNotBlockIt() throws Exception {
    BatcherOptions onePreparer = new BatcherOptions(2, BatcherHarness.NO_DELAY, 50, 50, 1, 2);
    BatcherHarness harness = new BatcherHarness(onePreparer);
    Gate slow = new Gate();
    harness.work.onPrepare =
        item -> {
          slow.pass();
          throw new Exception("broken");
        };
    List<FakeItem> items = harness.submit(1, 2, 3);
    slow.awaitThread();
    Thread closer = new Thread(harness::close, "closer");
    closer.start();
    submitUntilRefused(harness, new ArrayList<>());
    slow.open();
    closer.join(120_000);
    assertThat(closer.isAlive()).isFalse();
    for (FakeItem item : items) {
      assertThat(item.awaitFailure()).hasMessage("broken");
    }
  }
}
