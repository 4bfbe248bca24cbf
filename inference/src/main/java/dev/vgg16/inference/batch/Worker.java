package dev.vgg16.inference.batch;

import java.util.List;

/** The step of a worker thread: closes the open batch and runs it. */
final class Worker<T extends BatchItem, S> implements BatcherThreads.Step {

  private final int number;
  private final BatcherState<T, S> state;
  private final BatchWork<T, S> work;
  private final Callbacks callbacks;
  private final BatchClock clock;

  /**
   * @param number which of the workers it is
   */
  Worker(
      int number,
      BatcherState<T, S> state,
      BatchWork<T, S> work,
      Callbacks callbacks,
      BatchClock clock) {
    this.number = number;
    this.state = state;
    this.work = work;
    this.callbacks = callbacks;
    this.clock = clock;
  }

  @Override
  public boolean run() {
    OpenBatch<T, S> batch = state.takeBatch();
    if (batch == null) {
      return false;
    }
    batch.removeIf(callbacks::failIfCancelled);
    List<T> wanted = batch.usableItems();
    long start = clock.nanoTime();
    try {
      if (!wanted.isEmpty()) {
        work.run(number, batch.storage(), batch.withoutGaps(work));
      }
    } catch (Throwable e) {
      wanted.forEach(item -> callbacks.fail(item, e));
    } finally {
      finish(batch, wanted.size(), clock.nanoTime() - start);
    }
    return true;
  }

  private void finish(OpenBatch<T, S> batch, int size, long nanos) {
    state.finished(batch, size, nanos);
    if (size > 0) {
      callbacks.tell(to -> to.ran(size, nanos));
    }
  }
}
