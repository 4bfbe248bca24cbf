package dev.vgg16.inference.batch;

import dev.vgg16.inference.batch.BatchWork.Placement;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The step of a preparer thread: prepares the next item and writes its input into its slot. */
final class Preparer<T extends BatchItem, S> implements BatcherThreads.Step {

  private static final Logger logger = LoggerFactory.getLogger(Preparer.class);

  private final PendingItems<T> pending;
  private final BatchAssembler<T, S> batches;
  private final BatchWork<T, S> work;
  private final Callbacks callbacks;
  private final BatchClock clock;

  Preparer(
      PendingItems<T> pending,
      BatchAssembler<T, S> batches,
      BatchWork<T, S> work,
      Callbacks callbacks,
      BatchClock clock) {
    this.pending = pending;
    this.batches = batches;
    this.work = work;
    this.callbacks = callbacks;
    this.clock = clock;
  }

  @Override
  public boolean run() {
    PendingItems.Removal<ItemQueue.Entry<T>, T> next = pending.take();
    if (next == null) {
      return false;
    }
    boolean hasSlot = false;
    try {
      next.admitted().forEach(callbacks::queued);
      hasSlot = prepare(next.removed());
    } finally {
      if (!hasSlot) {
        batches.endedWithoutSlot();
      }
      pending.prepared(next.removed());
    }
    return true;
  }

  /** Returns whether the item got a slot. */
  private boolean prepare(ItemQueue.Entry<T> next) {
    T item = next.item();
    if (callbacks.failIfCancelled(item)) {
      return false;
    }
    BatchAssembler.Slot<T, S> slot = null;
    try {
      Placement<S> placement = timedPrepare(item);
      try {
        slot = batches.awaitSlot(next);
        if (slot == null) {
          callbacks.failCancelled(item);
        } else {
          place(placement, slot);
        }
      } finally {
        close(placement);
      }
    } catch (Throwable e) {
      callbacks.fail(item, e);
    }
    return slot != null;
  }

  private Placement<S> timedPrepare(T item) throws Exception {
    long start = clock.nanoTime();
    try {
      return Objects.requireNonNull(work.prepare(item), "prepare() returned null");
    } finally {
      long nanos = clock.nanoTime() - start;
      callbacks.notifyListener(to -> to.prepared(nanos));
    }
  }

  private void place(Placement<S> placement, BatchAssembler.Slot<T, S> slot) {
    boolean written = false;
    try {
      placement.place(slot.batch().storage(), slot.index());
      written = true;
    } finally {
      batches.placed(slot, written);
    }
  }

  /** A failure to close does not fail the item, which may already have run. */
  private void close(Placement<S> placement) {
    try {
      placement.close();
    } catch (Throwable e) {
      logger.warn("a placement can't be closed: {}", e.toString(), e);
    }
  }
}
