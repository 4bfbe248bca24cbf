package dev.vgg16.inference.batch;

import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Groups single items into batches and runs them, whatever the {@linkplain BatchWork work} is.
 *
 * <p>The stages of an item:
 *
 * <ol>
 *   <li><b>submit</b> adds it to a bounded queue, not yet prepared, or refuses it at once: when
 *       there is no room, or when its deadline could not be met. A {@linkplain
 *       BatchItem#isBackpressured() backpressured} item is parked until there is room instead.
 *   <li>A <b>preparer</b> thread takes it when it is its {@linkplain BatchItem#flow() client's and
 *       call's} turn, and prepares it. This may take long; no batch waits for it.
 *   <li>The preparer reserves a slot of the <b>open batch</b> for it and writes its input there.
 *       One batch is open at a time; it fills while the workers run earlier ones.
 *   <li>As soon as a <b>worker</b> is free and the open batch is not empty, the worker closes it
 *       and runs it, full or not ({@link BatcherOptions#maxDelay} can make it wait for more items).
 * </ol>
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Every item that {@code submit} accepted is either passed to {@link BatchWork#run} exactly
 *       once or ended by {@link BatchItem#fail}, also when the work throws or the batcher is
 *       closed.
 *   <li>An item that is cancelled before its run is removed, and another can take its slot.
 *   <li>Clients are served in round robin, and so are the calls of a client: between two items of
 *       one client there is at most one of each other client. An item that {@linkplain
 *       BatchItem#turns() costs more} waits for more turns of its call.
 *   <li>With two preparers or more, at least half of them are reserved for items that are not
 *       {@linkplain BatchItem#isCostly() costly}.
 *   <li>No client can fill the queue.
 *   <li>Memory is bounded: the queue and the parked items by count and bytes, prepared items by the
 *       number of preparers, storages by the number of workers plus one.
 *   <li>An item that can't be prepared fails alone.
 *   <li>The threads survive whatever the work, an item or the listener throws.
 *   <li>Each worker is one thread until the batcher is closed.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Batcher<T extends BatchItem, S> implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final Callbacks callbacks;
  private final BatchClock clock;
  private final BatcherState<T, S> state;
  private final PendingItems<T> pending;
  private final BatcherThreads threads = new BatcherThreads();

  public Batcher(
      String name, BatcherOptions options, BatchWork<T, S> work, BatcherListener listener) {
    this(name, options, work, listener, BatchClock.SYSTEM);
  }

  Batcher(
      String name,
      BatcherOptions options,
      BatchWork<T, S> work,
      BatcherListener listener,
      BatchClock clock) {
    this.callbacks = new Callbacks(listener);
    this.clock = clock;
    List<S> storages = Stream.generate(work::newStorage).limit(options.workers() + 1L).toList();
    this.state = new BatcherState<>(options, clock, storages);
    this.pending = new PendingItems<>(state);
    BatchAssembler<T, S> batches = new BatchAssembler<>(state, clock);
    threads.start(
        name + "-prepare-%d",
        IntStream.range(0, options.preparers())
            .mapToObj(unused -> new Preparer<>(pending, batches, work, callbacks, clock))
            .toList());
    threads.start(
        name + "-run-%d",
        IntStream.range(0, options.workers())
            .mapToObj(number -> new Worker<>(number, batches, work, callbacks, clock))
            .toList());
  }

  /**
   * Accepts an item, or refuses it without waiting.
   *
   * @throws ServingException {@code OVERLOADED} when there is no room for it or its deadline could
   *     not be met, {@code UNAVAILABLE} when the batcher is closed
   */
  public void submit(T item) {
    PendingItems.Submission<T> submission =
        pending.submit(new ItemQueue.Entry<>(item, clock.nanoTime()), item.nanosLeft());
    AdmissionControl.Decision decision = submission.decision();
    // Outside the lock, so that many refusals do not slow down the work.
    switch (decision.kind()) {
      case QUEUED -> {}
      case PARKED -> {
        if (!submission.admitted().contains(item)) {
          callbacks.parked(item);
        }
        submission.admitted().forEach(callbacks::queued);
      }
      case REFUSED -> {
        AdmissionRefusal refusal = decision.refusal().orElseThrow();
        callbacks.notifyListener(to -> to.refused(refusal.reason()));
        throw refusal.toException();
      }
    }
  }

  /** Removes the cancelled items of a call from the queue. */
  public void removeCancelled(FlowKey flow) {
    PendingItems.Removal<List<T>, T> removal = pending.removeCancelled(flow);
    removal.removed().forEach(callbacks::failCancelled);
    removal.admitted().forEach(callbacks::queued);
  }

  /**
   * Moves a queued item to another call that waits for the same result, if its turn comes sooner
   * there. It then counts towards the other client's share.
   *
   * @param from the call that it is queued for
   * @return whether it was moved
   */
  public boolean expedite(T item, FlowKey from, FlowKey to) {
    PendingItems.Removal<Boolean, T> expedited = pending.expedite(item, from, to);
    expedited.admitted().forEach(callbacks::queued);
    return expedited.removed();
  }

  /** Items that wait for a preparer. */
  public int queueLength() {
    return pending.level().items();
  }

  /** Bytes that they hold. */
  public long queueBytes() {
    return pending.level().bytes();
  }

  /** Backpressured items that wait for room in the queue. */
  public int parkedItems() {
    return pending.level().parked();
  }

  /** How many items are unfinished, and how long ago one was last finished. */
  public BatcherProgress progress() {
    return state.progress();
  }

  /**
   * Refuses new items, finishes those that were accepted, and returns when the last is finished.
   *
   * @throws IllegalStateException when that takes longer than 10 seconds
   */
  @Override
  public void close() {
    state.close();
    threads.join(CLOSE_LIMIT);
  }
}
