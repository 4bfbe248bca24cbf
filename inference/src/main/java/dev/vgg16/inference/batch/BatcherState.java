package dev.vgg16.inference.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The state that the threads of a {@link Batcher} share, and the lock that guards it. Its users are
 * {@link PendingItems}, from submission to preparation, and {@link BatchAssembler}, from there to
 * the run. Thread-safe for callers that hold the lock; {@link #close} and {@link #progress} take it
 * themselves.
 */
final class BatcherState<T extends BatchItem, S> {

  final ReentrantLock lock = new ReentrantLock();
  final Condition itemQueued = lock.newCondition();
  final Condition slotFree = lock.newCondition();
  final Condition itemBatched = lock.newCondition();
  final Condition inputWritten = lock.newCondition();

  @GuardedBy("lock")
  final ItemQueue<T> queue;

  @GuardedBy("lock")
  final AdmissionControl<T> admission;

  @GuardedBy("lock")
  final OpenBatches<T, S> batches;

  private final BatchClock clock;

  /** Items that have left the queue and have no slot. */
  @GuardedBy("lock")
  private int preparing;

  @GuardedBy("lock")
  private long progressNanos;

  @GuardedBy("lock")
  private boolean closing;

  /**
   * @param storages one more than there are workers
   */
  BatcherState(BatcherOptions options, BatchClock clock, List<S> storages) {
    this.clock = clock;
    this.queue =
        new ItemQueue<>(options.queueCapacity(), options.queueBytes(), options.maxCostly());
    this.admission = new AdmissionControl<>(queue, options.workers());
    this.batches = new OpenBatches<>(options, storages);
    this.progressNanos = clock.nanoTime();
  }

  /** Refuses new items from now on, and lets the threads end once all items are finished. */
  void close() {
    lock.lock();
    try {
      closing = true;
      signalAll();
    } finally {
      lock.unlock();
    }
  }

  BatcherProgress progress() {
    lock.lock();
    try {
      int unfinished = unfinished();
      long idle = unfinished == 0 ? 0 : clock.nanoTime() - progressNanos;
      return new BatcherProgress(unfinished, Duration.ofNanos(idle));
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  boolean isClosing() {
    return closing;
  }

  /** Whether no item will come any more that needs a slot. */
  @GuardedBy("lock")
  boolean isDrained() {
    return closing && queue.isEmpty() && preparing == 0;
  }

  /** Items that have left the queue and are not finished. */
  @GuardedBy("lock")
  int inFlight() {
    return preparing + batches.items();
  }

  @GuardedBy("lock")
  int unfinished() {
    return queue.level().items() + queue.level().parked() + inFlight();
  }

  /** Items were finished, or the first came to an idle batcher, at this time. */
  @GuardedBy("lock")
  void progressed(long nanos) {
    progressNanos = nanos;
  }

  /** An item left the queue. */
  @GuardedBy("lock")
  void preparationStarted() {
    preparing++;
  }

  /** An item that left the queue has a slot, or failed. */
  @GuardedBy("lock")
  void preparationEnded() {
    preparing--;
    if (closing) {
      // It may be the last, for which all workers wait.
      signalAll();
    }
  }

  @GuardedBy("lock")
  private void signalAll() {
    itemQueued.signalAll();
    slotFree.signalAll();
    itemBatched.signalAll();
    inputWritten.signalAll();
  }
}
