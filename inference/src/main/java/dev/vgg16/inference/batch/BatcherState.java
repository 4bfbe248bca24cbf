package dev.vgg16.inference.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the threads of a {@link Batcher} share: the queue, the batch that fills, and how many items
 * are where. A monitor: each method takes the lock, some wait, none calls out under the lock, but
 * for {@link BatchItem#isCancelled}. Thread-safe.
 *
 * <p>Each item that {@link #submit} took comes out of {@link #takeQueued} once, or of {@link
 * #removeCancelled}. Whoever took it from the queue calls {@link #awaitSlot}, {@link #endedEarly}
 * where that gave it no slot or was never reached, and {@link #prepared} at last.
 */
final class BatcherState<T extends BatchItem, S> {

  private final BatchClock clock;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition queued = lock.newCondition();
  private final Condition slotFree = lock.newCondition();
  private final Condition workReady = lock.newCondition();
  private final Condition placed = lock.newCondition();

  @GuardedBy("lock")
  private final ItemQueue<T> queue;

  @GuardedBy("lock")
  private final AdmissionControl<T> admission;

  @GuardedBy("lock")
  private final OpenBatches<T, S> batches;

  /** Items that have left the queue and have no slot. */
  @GuardedBy("lock")
  private int preparing;

  @GuardedBy("lock")
  private long progressNanos;

  @GuardedBy("lock")
  private boolean closing;

  /**
   * An item's place in a batch.
   *
   * @param index where its input goes in the batch's storage
   */
  record Slot<T extends BatchItem, S>(OpenBatch<T, S> batch, int index) {}

  /**
   * What became of an item that was submitted.
   *
   * @param admitted parked items that have a place now; may be this one too
   */
  record Submission<T>(AdmissionControl.Decision decision, List<T> admitted) {}

  /**
   * What left the queue.
   *
   * @param admitted parked items that have a place now
   */
  record Removal<E, T>(E removed, List<T> admitted) {}

  /** With one more storage than there are workers. */
  BatcherState(BatcherOptions options, BatchClock clock, List<S> storages) {
    this.clock = clock;
    this.queue =
        new ItemQueue<>(options.queueCapacity(), options.queueBytes(), options.maxCostly());
    this.admission = new AdmissionControl<>(queue, options.workers());
    this.batches = new OpenBatches<>(options, storages);
    this.progressNanos = clock.nanoTime();
  }

  /**
   * Takes an item or refuses it; does not wait.
   *
   * @throws ServingException {@code UNAVAILABLE} after {@link #close}
   */
  Submission<T> submit(ItemQueue.Entry<T> entry, long nanosLeft) {
    lock.lock();
    try {
      if (closing) {
        throw ServingException.unavailable("the service is stopping");
      }
      if (unfinished() == 0) {
        // Until now there was nothing to make progress with.
        progressNanos = entry.nanos();
      }
      AdmissionControl.Decision decision = admission.submit(entry, nanosLeft, inFlight());
      if (decision.kind() == AdmissionControl.Kind.QUEUED) {
        queued.signal();
      }
      boolean mayHaveRoom = decision.kind() == AdmissionControl.Kind.PARKED;
      return new Submission<>(decision, mayHaveRoom ? admitParked() : List.of());
    } finally {
      lock.unlock();
    }
  }

  /** Takes what nobody waits for any more out of a call's items in the queue. */
  Removal<List<T>, T> removeCancelled(FlowKey flow) {
    lock.lock();
    try {
      List<T> dropped = queue.removeIf(flow, BatchItem::isCancelled);
      signalIfMoreIsQueued();
      return new Removal<>(dropped, admitParked());
    } finally {
      lock.unlock();
    }
  }

  /** {@link ItemQueue#expedite}; among what is admitted may be the item itself. */
  Removal<Boolean, T> expedite(T item, FlowKey from, FlowKey to) {
    lock.lock();
    try {
      int parked = queue.level().parked();
      boolean moved = queue.expedite(item, from, to);
      signalIfMoreIsQueued();
      List<T> admitted = new ArrayList<>();
      if (queue.level().parked() < parked) {
        admitted.add(item);
      }
      admitted.addAll(admitParked());
      return new Removal<>(moved, admitted);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the next item; null when none will come any more. */
  Removal<ItemQueue.Entry<T>, T> takeQueued() {
    lock.lock();
    try {
      ItemQueue.Entry<T> next = queue.remove();
      while (next == null) {
        if (closing && queue.isEmpty()) {
          return null;
        }
        queued.awaitUninterruptibly();
        next = queue.remove();
      }
      preparing++;
      signalIfMoreIsQueued();
      return new Removal<>(next, admitParked());
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a slot for an item that is prepared; null when it is abandoned. */
  Slot<T, S> awaitSlot(ItemQueue.Entry<T> next) {
    lock.lock();
    try {
      while (batches.isFull()) {
        slotFree.awaitUninterruptibly();
      }
      // Before it takes a slot that another could have; it may have waited long for one.
      if (next.item().isCancelled()) {
        return null;
      }
      int index = batches.open().reserve(next);
      preparationEnded();
      workReady.signal();
      return new Slot<>(batches.open(), index);
    } finally {
      lock.unlock();
    }
  }

  /** A slot's input is written, or can't be. */
  void placed(Slot<T, S> slot, boolean written) {
    lock.lock();
    try {
      slot.batch().placed(slot.index(), written);
      placed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A preparer is done with an item that it took, however that ended. */
  void prepared(ItemQueue.Entry<T> entry) {
    if (!entry.item().isCostly()) {
      return;
    }
    lock.lock();
    try {
      queue.prepared(entry);
      // Another may have waited for that while others waited for none.
      queued.signal();
    } finally {
      lock.unlock();
    }
  }

  /** An item that left the queue has ended without a slot. */
  void endedEarly() {
    lock.lock();
    try {
      preparationEnded();
      if (batches.items() == 0) {
        // Else it is the workers' progress that counts, however many items fail before them.
        progressNanos = clock.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a batch that is to be run now; null when none will come any more. */
  OpenBatch<T, S> takeBatch() {
    lock.lock();
    try {
      if (!awaitBatch()) {
        return null;
      }
      OpenBatch<T, S> taken = batches.take();
      slotFree.signalAll();
      while (taken.isPlacing()) {
        placed.awaitUninterruptibly();
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the open batch is to be run; returns false when there will be none. */
  @GuardedBy("lock")
  private boolean awaitBatch() {
    while (true) {
      if (batches.isEmpty()) {
        if (closing && queue.isEmpty() && preparing == 0) {
          return false;
        }
        workReady.awaitUninterruptibly();
        continue;
      }
      long wait = closing ? 0 : batches.nanosToWait(clock.nanoTime());
      if (wait <= 0) {
        return true;
      }
      try {
        clock.await(workReady, wait);
      } catch (InterruptedException e) {
        // As if it had been woken: look again.
      }
    }
  }

  /**
   * A batch that was taken is done with.
   *
   * @param ran how many of its items were run
   */
  void finished(OpenBatch<T, S> batch, int ran, long nanos) {
    lock.lock();
    try {
      if (ran > 0) {
        admission.ran(ran, nanos);
      }
      batches.finished(batch);
      progressNanos = clock.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing any more, and lets the threads end once all is done. */
  void close() {
    lock.lock();
    try {
      closing = true;
      signalAll();
    } finally {
      lock.unlock();
    }
  }

  ItemQueue.Level level() {
    lock.lock();
    try {
      return queue.level();
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
  private int inFlight() {
    return preparing + batches.items();
  }

  @GuardedBy("lock")
  private int unfinished() {
    return queue.level().items() + queue.level().parked() + inFlight();
  }

  /**
   * What leaves may have been a costly item that another waited behind, whose own signal came while
   * it could not go.
   */
  @GuardedBy("lock")
  private void signalIfMoreIsQueued() {
    if (!queue.isEmpty()) {
      queued.signal();
    }
  }

  @GuardedBy("lock")
  private List<T> admitParked() {
    List<T> admitted = queue.admitParked();
    for (int i = 0; i < admitted.size(); i++) {
      queued.signal();
    }
    return admitted;
  }

  @GuardedBy("lock")
  private void preparationEnded() {
    preparing--;
    if (closing) {
      // It may be the last, for which all workers wait.
      signalAll();
    }
  }

  @GuardedBy("lock")
  private void signalAll() {
    queued.signalAll();
    slotFree.signalAll();
    workReady.signalAll();
    placed.signalAll();
  }
}
