package dev.vgg16.inference.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.service.errors.ServingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The items of a {@link Batcher} that wait for a preparer: admission at one end, {@link #take} at
 * the other. Each item that {@link #submit} accepts leaves once, by {@link #take} or {@link
 * #removeCancelled}. Nothing but {@link BatchItem#isCancelled} is called under the lock.
 * Thread-safe.
 */
final class PendingItems<T extends BatchItem> {

  private final BatcherState<T, ?> state;

  PendingItems(BatcherState<T, ?> state) {
    this.state = state;
  }

  /**
   * The outcome of a submission.
   *
   * @param admitted parked items that have entered the queue; may include this one
   */
  record Submission<T>(AdmissionControl.Decision decision, List<T> admitted) {}

  /**
   * What left the queue.
   *
   * @param admitted parked items that have entered the queue
   */
  record Removal<E, T>(E removed, List<T> admitted) {}

  /**
   * Accepts or refuses an item; does not wait.
   *
   * @throws ServingException {@code UNAVAILABLE} after {@link BatcherState#close}
   */
  Submission<T> submit(ItemQueue.Entry<T> entry, long nanosLeft) {
    state.lock.lock();
    try {
      if (state.isClosing()) {
        throw ServingException.unavailable("the service is stopping");
      }
      if (state.unfinished() == 0) {
        // Until now there was nothing to make progress with.
        state.progressed(entry.nanos());
      }
      AdmissionControl.Decision decision =
          state.admission.submit(entry, nanosLeft, state.inFlight());
      if (decision.kind() == AdmissionControl.Kind.QUEUED) {
        state.itemQueued.signal();
      }
      boolean mayHaveRoom = decision.kind() == AdmissionControl.Kind.PARKED;
      return new Submission<>(decision, mayHaveRoom ? admitParked() : List.of());
    } finally {
      state.lock.unlock();
    }
  }

  /** Removes the cancelled items of a call. */
  Removal<List<T>, T> removeCancelled(FlowKey flow) {
    state.lock.lock();
    try {
      List<T> cancelled = state.queue.removeIf(flow, BatchItem::isCancelled);
      signalIfNotEmpty();
      return new Removal<>(cancelled, admitParked());
    } finally {
      state.lock.unlock();
    }
  }

  /** {@link ItemQueue#expedite}; the admitted items may include the item itself. */
  Removal<Boolean, T> expedite(T item, FlowKey from, FlowKey to) {
    state.lock.lock();
    try {
      int parked = state.queue.level().parked();
      boolean moved = state.queue.expedite(item, from, to);
      signalIfNotEmpty();
      List<T> admitted = new ArrayList<>();
      if (state.queue.level().parked() < parked) {
        admitted.add(item);
      }
      admitted.addAll(admitParked());
      return new Removal<>(moved, admitted);
    } finally {
      state.lock.unlock();
    }
  }

  /**
   * Waits for the next item to prepare; null when there will be none. {@link
   * BatchAssembler#awaitSlot} or {@link BatchAssembler#endedWithoutSlot} must follow, then {@link
   * #prepared}.
   */
  @Nullable Removal<ItemQueue.Entry<T>, T> take() {
    state.lock.lock();
    try {
      ItemQueue.Entry<T> next = state.queue.remove();
      while (next == null) {
        if (state.isClosing() && state.queue.isEmpty()) {
          return null;
        }
        state.itemQueued.awaitUninterruptibly();
        next = state.queue.remove();
      }
      state.preparationStarted();
      signalIfNotEmpty();
      return new Removal<>(next, admitParked());
    } finally {
      state.lock.unlock();
    }
  }

  /** A preparer has finished with an item, successfully or not. */
  void prepared(ItemQueue.Entry<T> entry) {
    if (!entry.item().isCostly()) {
      return;
    }
    state.lock.lock();
    try {
      state.queue.prepared(entry);
      // The next costly item may have waited for this one while the other preparers were idle.
      state.itemQueued.signal();
    } finally {
      state.lock.unlock();
    }
  }

  ItemQueue.Level level() {
    state.lock.lock();
    try {
      return state.queue.level();
    } finally {
      state.lock.unlock();
    }
  }

  /**
   * The removed item may have been a costly one with another behind it, whose own signal came while
   * it could not be taken.
   */
  @GuardedBy("state.lock")
  private void signalIfNotEmpty() {
    if (!state.queue.isEmpty()) {
      state.itemQueued.signal();
    }
  }

  @GuardedBy("state.lock")
  private List<T> admitParked() {
    List<T> admitted = state.queue.admitParked();
    for (int i = 0; i < admitted.size(); i++) {
      state.itemQueued.signal();
    }
    return admitted;
  }
}
