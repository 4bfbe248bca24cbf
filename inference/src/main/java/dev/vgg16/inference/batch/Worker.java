package dev.vgg16.inference.batch;

import java.util.List;

/** The step of a worker thread: closes the open batch and runs it. */
final class Worker<T extends BatchItem, S> implements BatcherThreads.Step {

  private final int number;
  private final BatchAssembler<T, S> batches;
  private final BatchWork<T, S> work;
  private final Callbacks callbacks;
  private final BatchClock clock;

  /**
   * @param number of the worker, from 0
   */
  Worker(
      int number,
      BatchAssembler<T, S> batches,
      BatchWork<T, S> work,
      Callbacks callbacks,
      BatchClock clock) {
    this.number = number;
    this.batches = batches;
    this.work = work;
    this.callbacks = callbacks;
    this.clock = clock;
  }

  @Override
  public boolean run() {
    OpenBatch<T, S> batch = batches.take();
    if (batch == null) {
      return false;
    }
    batch.removeIf(callbacks::failIfCancelled);
    List<T> usable = batch.usableItems();
    long start = clock.nanoTime();
    try {
      if (!usable.isEmpty()) {
        work.run(number, batch.storage(), batch.withoutGaps(work), batch.isAlone());
      }
    } catch (Throwable e) {
      usable.forEach(item -> callbacks.fail(item, e));
    } finally {
      finish(batch, usable.size(), clock.nanoTime() - start);
    }
    return true;
  }

  private void finish(OpenBatch<T, S> batch, int size, long nanos) {
    batches.finished(batch, size, nanos);
    if (size > 0) {
      callbacks.notifyListener(to -> to.ran(size, nanos));
    }
  }
}
