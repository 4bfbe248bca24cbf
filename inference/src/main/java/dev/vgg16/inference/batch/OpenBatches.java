package dev.vgg16.inference.batch;

import java.util.ArrayDeque;
import java.util.List;

/**
 * The batch that fills, and the storages for those to come. Not thread-safe: guarded by the
 * batcher's lock.
 */
final class OpenBatches<T extends BatchItem, S> {

  private final int maxBatch;
  private final BatchPolicy policy;
  private final ArrayDeque<S> freeStorages;
  private OpenBatch<T, S> open;
  private int running;

  /**
   * @param storages one more than there are workers, so that there is always one for the next
   *     batch: each worker has one at most
   */
  OpenBatches(BatcherOptions options, List<S> storages) {
    this.maxBatch = options.maxBatch();
    this.policy = new BatchPolicy(maxBatch, options.maxDelay());
    this.freeStorages = new ArrayDeque<>(storages);
    openNext();
  }

  /** The batch that fills. */
  OpenBatch<T, S> open() {
    return open;
  }

  boolean isFull() {
    return open.size() == maxBatch;
  }

  boolean isEmpty() {
    return open.size() == 0;
  }

  /** How long the open batch should still wait to be run; 0 or less: take it now. */
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

  /** A batch that was taken is done with. */
  void finished(OpenBatch<T, S> batch) {
    running -= batch.size();
    freeStorages.add(batch.storage());
  }

  /** Items that have a slot and are not done with. */
  int items() {
    return open.size() + running;
  }

  private void openNext() {
    open = new OpenBatch<>(freeStorages.remove(), maxBatch);
  }
}
