package dev.vgg16.inference.batch;

import java.util.ArrayDeque;
import java.util.List;

/** The open batch, and the storages for later ones. Not thread-safe. */
final class OpenBatches<T extends BatchItem, S> {

  private final int maxBatch;
  private final BatchPolicy policy;
  private final ArrayDeque<S> freeStorages;
  private OpenBatch<T, S> open;
  private int running;

  /**
   * @param storages one more than there are workers: each worker uses at most one, so one is always
   *     free for the next batch
   */
  OpenBatches(BatcherOptions options, List<S> storages) {
    this.maxBatch = options.maxBatch();
    this.policy = new BatchPolicy(maxBatch, options.maxDelay());
    this.freeStorages = new ArrayDeque<>(storages);
    openNext();
  }

  /** The open batch. */
  OpenBatch<T, S> open() {
    return open;
  }

  boolean isFull() {
    return open.size() == maxBatch;
  }

  boolean isEmpty() {
    return open.size() == 0;
  }

  /** How long the open batch should still wait, in nanoseconds; 0 or less: run it now. */
  long nanosToWait(long now) {
    return policy.nanosToWait(open.size(), now - open.oldestNanos());
  }

  /** Closes the open batch and opens the next. */
  OpenBatch<T, S> take() {
    OpenBatch<T, S> taken = open;
    running += taken.size();
    openNext();
    return taken;
  }

  /** A batch that was taken is finished; its storage is free. */
  void finished(OpenBatch<T, S> batch) {
    running -= batch.size();
    freeStorages.add(batch.storage());
  }

  /** Items that have a slot and are not finished. */
  int items() {
    return open.size() + running;
  }

  private void openNext() {
    open = new OpenBatch<>(freeStorages.remove(), maxBatch);
  }
}
