package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A batcher over {@link FakeWork}. */
final class BatcherHarness implements AutoCloseable {

  static final Duration NO_DELAY = Duration.ZERO;

  final FakeWork work;
  final FakeClock clock = new FakeClock();
  final Batcher<FakeItem, int[]> batcher;

  BatcherHarness(BatcherOptions options) {
    this(options, BatcherListener.NONE);
  }

  BatcherHarness(BatcherOptions options, BatcherListener listener) {
    this(options, listener, new FakeWork(options.maxBatch()));
  }

  BatcherHarness(BatcherOptions options, BatcherListener listener, FakeWork work) {
    this.work = work;
    this.batcher = new Batcher<>("test", options, work, listener, clock);
  }

  /** One worker, no delay, an ample queue and enough preparers for a batch. */
  static BatcherOptions greedy(int maxBatch) {
    return new BatcherOptions(maxBatch, NO_DELAY, 1_000, 1_000_000, maxBatch + 2, 1);
  }

  /** Submits an item of each value. */
  List<FakeItem> submit(int... values) {
    List<FakeItem> items = new ArrayList<>();
    for (int value : values) {
      items.add(submit(new FakeItem(value)));
    }
    return items;
  }

  FakeItem submit(FakeItem item) {
    batcher.submit(item);
    return item;
  }

  /** Keeps the worker busy with an item of value 0 until the gate opens. */
  Gate occupyWorker() throws InterruptedException {
    Gate gate = new Gate();
    work.onRun =
        run -> {
          if (run.values().contains(0)) {
            gate.pass();
          }
        };
    submit(0);
    work.awaitPlaced(1);
    work.nextRun();
    gate.awaitThread();
    return gate;
  }

  /** Keeps a preparer busy with an item of value 0 until the gate opens. */
  Gate occupyPreparer() throws InterruptedException {
    Gate gate = new Gate();
    work.onPrepare =
        item -> {
          if (item.value == 0) {
            gate.pass();
          }
        };
    submit(0);
    gate.awaitThread();
    return gate;
  }

  /** Submits an item that must be refused for overload. */
  ServingException refusal(FakeItem item) {
    ServingException refusal =
        catchThrowableOfType(ServingException.class, () -> batcher.submit(item));
    assertThat(refusal).as("it was accepted").isNotNull();
    assertThat(refusal.kind()).isEqualTo(ServingException.Kind.OVERLOADED);
    return refusal;
  }

  /** Asserts that the batcher still works. */
  void assertAlive() throws InterruptedException {
    FakeItem item = submit(new FakeItem(4_711));
    item.awaitEnd();
    assertThat(item.runs).hasValue(1);
  }

  @Override
  public void close() {
    batcher.close();
  }
}
