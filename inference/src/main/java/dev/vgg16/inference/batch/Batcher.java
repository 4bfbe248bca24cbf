package dev.vgg16.inference.batch;

import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Turns single items into batches and runs them. It knows nothing of the work itself.
 *
 * <p>The way of an item:
 *
 * <ol>
 *   <li><b>submit</b> puts it into a bounded queue, in its small form, or refuses it at once: when
 *       there is no place, or when its turn would come too late for it. A {@linkplain
 *       BatchItem#isBackpressured() patient} item waits for its place instead.
 *   <li>A <b>preparer</b> thread takes it, when it is its {@linkplain BatchItem#flow() client's and
 *       call's} turn, and prepares it. This may take long; a batch never waits for it.
 *   <li>It gets a slot of the <b>open batch</b>, and the preparer writes its input there. One batch
 *       is open at a time; it fills while the workers run earlier ones.
 *   <li>As soon as a <b>worker</b> is free and the open batch is not empty, the worker closes it
 *       and runs it, with whatever is there ({@link BatcherOptions#maxDelay} can make it wait for
 *       more).
 * </ol>
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>Every item that {@code submit} took is either given to {@link BatchWork#run} exactly once
 *       or ended by {@link BatchItem#fail}, also when the work throws or the batcher is closed.
 *   <li>An abandoned item is dropped before its run, never after; its place goes to another.
 *   <li>A client of many items holds up another client's by no more than one of them, and so does a
 *       call of many items another call of its client. An item that {@linkplain BatchItem#turns()
 *       costs more} has to wait for more turns of its call.
 *   <li>With two preparers or more, one is always left for items that are not {@linkplain
 *       BatchItem#isCostly() costly}.
 *   <li>No client's items can take all places of the queue while they wait.
 *   <li>Memory is bounded: the queue by count and bytes, what waits for a place by the same,
 *       prepared items by the number of preparers, storages by the number of workers plus one.
 *   <li>One item's failure to prepare leaves its neighbours alone.
 *   <li>Whatever the work, an item or the listener throws, the threads go on.
 *   <li>Each worker is one thread for as long as the batcher lives.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Batcher<T extends BatchItem, S> implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final Callbacks callbacks;
  private final BatchClock clock;
  private final BatcherState<T, S> state;
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
    threads.start(
        name + "-prepare-%d",
        IntStream.range(0, options.preparers())
            .mapToObj(unused -> new Preparer<>(state, work, callbacks, clock))
            .toList());
    threads.start(
        name + "-run-%d",
        IntStream.range(0, options.workers())
            .mapToObj(number -> new Worker<>(number, state, work, callbacks, clock))
            .toList());
  }

  /**
   * Takes an item, or refuses it without waiting.
   *
   * @throws ServingException {@code OVERLOADED} when there is no place for it or its turn would
   *     come too late, {@code UNAVAILABLE} when the batcher is closed
   */
  public void submit(T item) {
    BatcherState.Submission<T> submission =
        state.submit(new ItemQueue.Entry<>(item, clock.nanoTime()), item.nanosLeft());
    AdmissionControl.Decision decision = submission.decision();
    // Not under the lock: many refusals must not slow down the work.
    switch (decision.kind()) {
      case QUEUED -> {}
      case PARKED -> {
        if (!submission.admitted().contains(item)) {
          callbacks.parked(item);
        }
        submission.admitted().forEach(callbacks::queued);
      }
      case REFUSED -> {
        callbacks.tell(to -> to.refused(decision.load().refusal()));
        throw decision.load().toException();
      }
    }
  }

  /** Drops what a call has in the queue and nobody waits for any more, before its turn comes. */
  public void removeCancelled(FlowKey flow) {
    BatcherState.Removal<List<T>, T> removal = state.removeCancelled(flow);
    removal.removed().forEach(callbacks::drop);
    removal.admitted().forEach(callbacks::queued);
  }

  /**
   * Gives an item that waits the turn that an item of another call would have, if that is sooner:
   * somebody else wants it too. It then takes that client's room.
   *
   * @param from whose turn it has so far
   * @return whether it has the other's turn now
   */
  public boolean expedite(T item, FlowKey from, FlowKey to) {
    BatcherState.Removal<Boolean, T> expedited = state.expedite(item, from, to);
    expedited.admitted().forEach(callbacks::queued);
    return expedited.removed();
  }

  /** Items that wait for a preparer. */
  public int queueLength() {
    return state.level().items();
  }

  /** Bytes that they hold. */
  public long queueBytes() {
    return state.level().bytes();
  }

  /** Patient items that wait for a place in the queue. */
  public int parkedItems() {
    return state.level().parked();
  }

  /** Whether items are unfinished, and how long ago one of them was last finished. */
  public BatcherProgress progress() {
    return state.progress();
  }

  /**
   * Refuses new items, finishes those taken, and returns when the last is done.
   *
   * @throws IllegalStateException when that takes longer than 10 seconds: then the work is stuck
   */
  @Override
  public void close() {
    state.close();
    threads.join(CLOSE_LIMIT);
  }
}
