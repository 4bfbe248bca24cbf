package dev.vgg16.serving.batch;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.vgg16.serving.batch.BatchWork.Placement;
import dev.vgg16.serving.fault.ServingException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns single items into batches and runs them. It knows nothing of the work itself.
 *
 * <p>The way of an item:
 *
 * <ol>
 *   <li><b>submit</b> puts it into a bounded queue, in its small form, or refuses it at once.
 *   <li>A <b>preparer</b> thread takes it, first come first served, and prepares it. This may take
 *       long; a batch never waits for it.
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
 *   <li>Memory is bounded: the queue by count and bytes, prepared items by the number of preparers,
 *       storages by the number of workers plus one.
 *   <li>One item's failure to prepare leaves its neighbours alone.
 *   <li>Each worker is one thread for as long as the batcher lives.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Batcher<T extends BatchItem, S> implements AutoCloseable {

  private static final Duration MIN_RETRY = Duration.ofMillis(10);

  private final BatcherOptions options;
  private final BatchPolicy policy;
  private final BatchWork<T, S> work;
  private final BatcherListener listener;
  private final BatchClock clock;
  private final List<Thread> threads;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition queued = lock.newCondition();
  private final Condition slotFree = lock.newCondition();
  private final Condition workReady = lock.newCondition();
  private final Condition placed = lock.newCondition();

  // All below is guarded by lock.
  private final ArrayDeque<Queued<T>> queue = new ArrayDeque<>();
  private final ArrayDeque<S> freeStorages = new ArrayDeque<>();
  private OpenBatch<T, S> open;
  private long queuedBytes;
  private int preparing;
  private double nanosPerItem;
  private boolean closing;

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
    this.options = options;
    this.policy = new BatchPolicy(options.maxBatch(), options.maxDelay());
    this.work = work;
    this.listener = listener;
    this.clock = clock;
    for (int i = 0; i < options.workers() + 1; i++) {
      freeStorages.add(work.newStorage());
    }
    open = new OpenBatch<>(freeStorages.remove(), options.maxBatch());
    this.threads = startThreads(name);
  }

  /**
   * Takes an item, or refuses it without waiting.
   *
   * @throws ServingException {@code OVERLOADED} when the queue is full, {@code UNAVAILABLE} when
   *     the batcher is closed
   */
  public void submit(T item) {
    lock.lock();
    try {
      if (closing) {
        throw ServingException.unavailable("the service is stopping");
      }
      if (queue.size() >= options.queueCapacity()
          || queuedBytes + item.bytes() > options.queueBytes()) {
        listener.refused();
        throw ServingException.overloaded(queueFull(), retryAfter());
      }
      queue.add(new Queued<>(item, clock.nanoTime()));
      queuedBytes += item.bytes();
      queued.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Items that wait for a preparer. */
  public int queueLength() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Refuses new items, finishes those taken, and returns when the last is done. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      signalAll();
    } finally {
      lock.unlock();
    }
    threads.forEach(Uninterruptibles::joinUninterruptibly);
  }

  private List<Thread> startThreads(String name) {
    List<Thread> started = new ArrayList<>();
    ThreadFactory preparers = daemons(name + "-prepare-%d");
    ThreadFactory workers = daemons(name + "-run-%d");
    for (int i = 0; i < options.preparers(); i++) {
      started.add(preparers.newThread(() -> untilClosed(this::prepareOne)));
    }
    for (int i = 0; i < options.workers(); i++) {
      int worker = i;
      started.add(workers.newThread(() -> untilClosed(() -> runOne(worker))));
    }
    started.forEach(Thread::start);
    return started;
  }

  private static ThreadFactory daemons(String format) {
    return new ThreadFactoryBuilder().setNameFormat(format).setDaemon(true).build();
  }

  private interface Step {
    /** Returns false when there will be nothing more to do. */
    boolean go() throws InterruptedException;
  }

  private static void untilClosed(Step step) {
    try {
      while (step.go()) {}
    } catch (InterruptedException e) {
      // Nobody interrupts these threads; a stray interrupt must not end one silently.
      throw new IllegalStateException("a batcher's thread was interrupted", e);
    }
  }

  // ---- preparers

  private boolean prepareOne() throws InterruptedException {
    Queued<T> next = takeQueued();
    if (next == null) {
      return false;
    }
    try {
      prepare(next);
    } finally {
      lock.lock();
      try {
        preparing--;
        if (closing) {
          signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
    return true;
  }

  private Queued<T> takeQueued() throws InterruptedException {
    lock.lock();
    try {
      while (queue.isEmpty()) {
        if (closing) {
          return null;
        }
        queued.await();
      }
      Queued<T> next = queue.remove();
      queuedBytes -= next.item().bytes();
      preparing++;
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void prepare(Queued<T> next) throws InterruptedException {
    T item = next.item();
    if (dropIfAbandoned(item)) {
      return;
    }
    long start = clock.nanoTime();
    try (Placement<S> placement = work.prepare(item)) {
      listener.prepared(clock.nanoTime() - start);
      place(next, placement);
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      item.fail(e);
    }
  }

  private void place(Queued<T> next, Placement<S> placement) throws InterruptedException {
    OpenBatch<T, S> batch;
    int slot;
    lock.lock();
    try {
      while (open == null || open.items.size() == options.maxBatch()) {
        slotFree.await();
      }
      if (dropIfAbandoned(next.item())) {
        return;
      }
      batch = open;
      slot = batch.reserve(next);
      workReady.signal();
    } finally {
      lock.unlock();
    }
    boolean written = false;
    try {
      placement.place(batch.storage, slot);
      written = true;
    } finally {
      lock.lock();
      try {
        batch.placing--;
        batch.usable[slot] = written;
        placed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  // ---- workers

  private boolean runOne(int worker) throws InterruptedException {
    OpenBatch<T, S> batch = takeBatch();
    if (batch == null) {
      return false;
    }
    List<T> items = keepWanted(batch);
    long start = clock.nanoTime();
    try {
      if (!items.isEmpty()) {
        work.run(worker, batch.storage, items);
      }
    } catch (Throwable e) {
      items.forEach(item -> item.fail(e));
    } finally {
      finish(batch, items.size(), clock.nanoTime() - start);
    }
    return true;
  }

  private OpenBatch<T, S> takeBatch() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        if (open == null || open.items.isEmpty()) {
          if (closing && queue.isEmpty() && preparing == 0) {
            return null;
          }
          workReady.await();
          continue;
        }
        long waited = clock.nanoTime() - open.oldestNanos;
        long wait = closing ? 0 : policy.nanosToWait(open.items.size(), waited);
        if (wait <= 0) {
          break;
        }
        clock.await(workReady, wait);
      }
      OpenBatch<T, S> taken = open;
      openNext();
      while (taken.placing > 0) {
        placed.await();
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Drops what nobody waits for, and closes the gaps that this leaves in the storage. */
  private List<T> keepWanted(OpenBatch<T, S> batch) {
    int size = batch.items.size();
    for (int slot = 0; slot < size; slot++) {
      batch.usable[slot] &= !dropIfAbandoned(batch.items.get(slot));
    }
    List<T> kept = new ArrayList<>(size);
    int end = size;
    for (int slot = 0; slot < end; slot++) {
      if (batch.usable[slot]) {
        kept.add(batch.items.get(slot));
        continue;
      }
      do {
        end--;
      } while (end > slot && !batch.usable[end]);
      if (end > slot) {
        work.move(batch.storage, end, slot);
        kept.add(batch.items.get(end));
      }
    }
    return kept;
  }

  private void finish(OpenBatch<T, S> batch, int size, long nanos) {
    if (size > 0) {
      listener.ran(size, nanos);
    }
    lock.lock();
    try {
      if (size > 0) {
        double measured = (double) nanos / size / options.workers();
        nanosPerItem = nanosPerItem == 0 ? measured : 0.9 * nanosPerItem + 0.1 * measured;
      }
      freeStorages.add(batch.storage);
      if (open == null) {
        openNext();
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- shared; under lock unless said otherwise

  private void openNext() {
    S storage = freeStorages.poll();
    open = storage == null ? null : new OpenBatch<>(storage, options.maxBatch());
    if (open != null) {
      slotFree.signalAll();
    }
  }

  private void signalAll() {
    queued.signalAll();
    slotFree.signalAll();
    workReady.signalAll();
    placed.signalAll();
  }

  private String queueFull() {
    return "the queue is full: %,d images (%,d bytes) wait; its capacity is %,d images and %,d bytes"
        .formatted(queue.size(), queuedBytes, options.queueCapacity(), options.queueBytes());
  }

  /** About when a tenth of the queue will be free. */
  private Duration retryAfter() {
    Duration tenth = Duration.ofNanos((long) (nanosPerItem * queue.size() / 10));
    return tenth.compareTo(MIN_RETRY) < 0 ? MIN_RETRY : tenth;
  }

  /** Needs no lock. */
  private boolean dropIfAbandoned(T item) {
    if (!item.isAbandoned()) {
      return false;
    }
    listener.abandoned();
    item.fail(ServingException.cancelled("nobody waited for the answer any more"));
    return true;
  }

  private record Queued<T>(T item, long nanos) {}

  /** A batch that fills; guarded by the batcher's lock until a worker has taken it. */
  private static final class OpenBatch<T, S> {
    final S storage;
    final List<T> items;
    final boolean[] usable;
    long oldestNanos = Long.MAX_VALUE;
    int placing;

    OpenBatch(S storage, int slots) {
      this.storage = storage;
      this.items = new ArrayList<>(slots);
      this.usable = new boolean[slots];
    }

    int reserve(Queued<T> next) {
      // The difference, since nanoTime may be negative or overflow.
      if (items.isEmpty() || next.nanos() - oldestNanos < 0) {
        oldestNanos = next.nanos();
      }
      items.add(next.item());
      placing++;
      return items.size() - 1;
    }
  }
}
