package dev.vgg16.inference.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/**
 * Fills the batches of a {@link Batcher}: preparers reserve slots and write their inputs, workers
 * take the batches. Nothing but {@link BatchItem#isCancelled} is called under the lock.
 * Thread-safe.
 */
final class BatchAssembler<T extends BatchItem, S> {

  private final BatcherState<T, S> state;
  private final BatchClock clock;

  BatchAssembler(BatcherState<T, S> state, BatchClock clock) {
    this.state = state;
    this.clock = clock;
  }

  /**
   * An item's slot in a batch.
   *
   * @param index where its input goes in the batch's storage
   */
  record Slot<T extends BatchItem, S>(OpenBatch<T, S> batch, int index) {}

  /** Waits for a slot for a prepared item; null when the item is cancelled. */
  @Nullable Slot<T, S> awaitSlot(ItemQueue.Entry<T> next) {
    state.lock.lock();
    try {
      while (state.batches.isFull()) {
        state.slotFree.awaitUninterruptibly();
      }
      // Again, since it may have waited long: a cancelled item must not use up a slot.
      if (next.item().isCancelled()) {
        return null;
      }
      int index = state.batches.open().reserve(next);
      state.preparationEnded();
      state.itemBatched.signal();
      return new Slot<>(state.batches.open(), index);
    } finally {
      state.lock.unlock();
    }
  }

  /** An item that left the queue has ended without a slot. */
  void endedWithoutSlot() {
    state.lock.lock();
    try {
      state.preparationEnded();
      if (state.batches.items() == 0) {
        // Otherwise only the workers' progress counts, however many items fail before a slot.
        state.progressed(clock.nanoTime());
      }
    } finally {
      state.lock.unlock();
    }
  }

  /** A slot's input is written, or could not be. */
  void placed(Slot<T, S> slot, boolean written) {
    state.lock.lock();
    try {
      slot.batch().placed(slot.index(), written);
      state.inputWritten.signalAll();
    } finally {
      state.lock.unlock();
    }
  }

  /** Waits for the next batch to run, with its inputs written; null when there will be none. */
  @Nullable OpenBatch<T, S> take() {
    state.lock.lock();
    try {
      if (!awaitBatch()) {
        return null;
      }
      boolean alone = state.unfinished() == state.batches.open().size();
      OpenBatch<T, S> taken = state.batches.take();
      taken.taken(alone);
      state.slotFree.signalAll();
      while (taken.isPlacing()) {
        state.inputWritten.awaitUninterruptibly();
      }
      return taken;
    } finally {
      state.lock.unlock();
    }
  }

  /** Waits until the open batch is to run; returns false when there will be none. */
  @GuardedBy("state.lock")
  private boolean awaitBatch() {
    while (true) {
      if (state.batches.isEmpty()) {
        if (state.isDrained()) {
          return false;
        }
        state.itemBatched.awaitUninterruptibly();
        continue;
      }
      long wait = state.isClosing() ? 0 : state.batches.nanosToWait(clock.nanoTime());
      if (wait <= 0) {
        return true;
      }
      try {
        clock.await(state.itemBatched, wait);
      } catch (InterruptedException e) {
        // Like a spurious wake-up.
      }
    }
  }

  /**
   * A batch is finished and its storage is free.
   *
   * @param ran how many of its items were run
   */
  void finished(OpenBatch<T, S> batch, int ran, long nanos) {
    state.lock.lock();
    try {
      if (ran > 0) {
        state.admission.ran(ran, nanos);
      }
      state.batches.finished(batch);
      state.progressed(clock.nanoTime());
    } finally {
      state.lock.unlock();
    }
  }
}
