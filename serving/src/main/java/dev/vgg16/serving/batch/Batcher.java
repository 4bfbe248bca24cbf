package dev.vgg16.serving.batch;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.vgg16.serving.batch.BatchWork.Placement;
import dev.vgg16.serving.fault.ServingException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns single items into batches and runs them. It knows nothing of the work itself.
 *
 * <p>The way of an item:
 *
 * <ol>
 *   <li><b>submit</b> puts it into a bounded queue, in its small form, or refuses it at once: when
 *       there is no place, or when its turn would come too late for it. A {@linkplain
 *       BatchItem#isPatient() patient} item waits for its place instead.
 *   <li>A <b>preparer</b> thread takes it, when it is its {@linkplain BatchItem#owner() owner}'s
 *       turn, and prepares it. This may take long; a batch never waits for it.
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
 *   <li>An owner of many items holds up another by no more than one of them.
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

  private static final Logger logger = LoggerFactory.getLogger(Batcher.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final BatcherOptions options;
  private final BatchPolicy policy;
  private final BatchWork<T, S> work;
  private final Callbacks callbacks;
  private final BatchClock clock;
  private final List<Thread> threads;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition queued = lock.newCondition();
  private final Condition slotFree = lock.newCondition();
  private final Condition workReady = lock.newCondition();
  private final Condition placed = lock.newCondition();

  // All below is guarded by lock.
  private final ItemQueue<T> queue;
  private final ArrayDeque<S> freeStorages = new ArrayDeque<>();
  private OpenBatch<T, S> open;
  private int preparing;
  private int running;
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
    this.callbacks = new Callbacks(listener);
    this.queue = new ItemQueue<>(options.queueCapacity(), options.queueBytes());
    this.clock = clock;
    for (int i = 0; i < options.workers() + 1; i++) {
      freeStorages.add(work.newStorage());
    }
    this.open = new OpenBatch<>(freeStorages.remove(), options.maxBatch());
    this.threads = startThreads(name);
  }

  /**
   * Takes an item, or refuses it without waiting.
   *
   * @throws ServingException {@code OVERLOADED} when there is no place for it or its turn would
   *     come too late, {@code UNAVAILABLE} when the batcher is closed
   */
  public void submit(T item) {
    ItemQueue.Entry<T> entry = new ItemQueue.Entry<>(item, item.bytes(), clock.nanoTime());
    // Whoever is patient has time for a whole stream, not for one item.
    long nanosLeft = item.isPatient() ? Long.MAX_VALUE : item.nanosLeft();
    boolean parked = false;
    Load load;
    lock.lock();
    try {
      if (closing) {
        throw ServingException.unavailable("the service is stopping");
      }
      long wait = nanosToWait();
      if (Load.isInTime(wait, nanosLeft)) {
        if (queue.offer(entry)) {
          queued.signal();
          return;
        }
        parked = item.isPatient() && queue.park(entry);
      }
      load = new Load(queue.level(), queue.bounds(), wait, nanosPerItem);
    } finally {
      lock.unlock();
    }
    // Not under the lock: many refusals must not slow down the work.
    if (parked) {
      callbacks.parked(item);
    } else {
      callbacks.tell(to -> to.refused(load.refusal(nanosLeft)));
      throw load.toException(nanosLeft);
    }
  }

  /** Drops what an owner has in the queue and nobody waits for any more, before its turn comes. */
  public void dropAbandoned(Object owner) {
    List<T> dropped;
    List<T> admitted;
    lock.lock();
    try {
      dropped = queue.removeIf(owner, BatchItem::isAbandoned);
      admitted = admitParked();
    } finally {
      lock.unlock();
    }
    dropped.forEach(callbacks::drop);
    admitted.forEach(callbacks::queued);
  }

  /** Items that wait for a preparer. */
  public int queueLength() {
    return level().items();
  }

  /** Bytes that they hold. */
  public long queueBytes() {
    return level().bytes();
  }

  /** Patient items that wait for a place in the queue. */
  public int parkedItems() {
    return level().parked();
  }

  private ItemQueue.Level level() {
    lock.lock();
    try {
      return queue.level();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Refuses new items, finishes those taken, and returns when the last is done.
   *
   * @throws IllegalStateException when that takes longer than 10 seconds: then the work is stuck
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      signalAll();
    } finally {
      lock.unlock();
    }
    long end = System.nanoTime() + CLOSE_LIMIT.toNanos();
    for (Thread thread : threads) {
      Uninterruptibles.joinUninterruptibly(
          thread, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      if (thread.isAlive()) {
        throw new IllegalStateException(
            "%s is still at work after %d s".formatted(thread.getName(), CLOSE_LIMIT.toSeconds()));
      }
    }
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
    boolean go();
  }

  /** A thread that died would hold up every later item, so nothing but the close ends one. */
  private static void untilClosed(Step step) {
    boolean more = true;
    while (more) {
      // An interrupt that the work left behind is not meant for the next item.
      boolean unused = Thread.interrupted();
      try {
        more = step.go();
      } catch (Throwable e) {
        logger.error("a defect in the batcher: {}", e.toString(), e);
      }
    }
  }

  // ---- preparers

  private boolean prepareOne() {
    List<T> admitted = new ArrayList<>(0);
    ItemQueue.Entry<T> next = takeQueued(admitted);
    if (next == null) {
      return false;
    }
    try {
      admitted.forEach(callbacks::queued);
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

  /**
   * @param admitted gets the parked items that have a place now
   */
  private ItemQueue.Entry<T> takeQueued(List<T> admitted) {
    lock.lock();
    try {
      while (queue.isEmpty()) {
        if (closing) {
          return null;
        }
        queued.awaitUninterruptibly();
      }
      ItemQueue.Entry<T> next = queue.remove();
      preparing++;
      admitted.addAll(admitParked());
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void prepare(ItemQueue.Entry<T> next) {
    T item = next.item();
    if (callbacks.dropIfAbandoned(item)) {
      return;
    }
    try {
      Placement<S> placement = timedPrepare(item);
      try {
        place(next, placement);
      } finally {
        close(placement);
      }
    } catch (Throwable e) {
      callbacks.fail(item, e);
    }
  }

  private Placement<S> timedPrepare(T item) throws Exception {
    long start = clock.nanoTime();
    try {
      return Objects.requireNonNull(work.prepare(item), "the work prepared nothing");
    } finally {
      long nanos = clock.nanoTime() - start;
      callbacks.tell(to -> to.prepared(nanos));
    }
  }

  private void place(ItemQueue.Entry<T> next, Placement<S> placement) {
    OpenBatch<T, S> batch = null;
    int slot = 0;
    lock.lock();
    try {
      while (open.size() == options.maxBatch()) {
        slotFree.awaitUninterruptibly();
      }
      // Before it takes a slot that another could have; it may have waited long for one.
      if (!next.item().isAbandoned()) {
        batch = open;
        slot = batch.reserve(next);
        workReady.signal();
      }
    } finally {
      lock.unlock();
    }
    if (batch == null) {
      callbacks.drop(next.item());
      return;
    }
    boolean written = false;
    try {
      placement.place(batch.storage(), slot);
      written = true;
    } finally {
      lock.lock();
      try {
        batch.placed(slot, written);
        placed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** A failure to close harms no item: by now it may even have run. */
  private void close(Placement<S> placement) {
    try {
      placement.close();
    } catch (Throwable e) {
      logger.warn("what a preparation held can't be released: {}", e.toString(), e);
    }
  }

  // ---- workers

  private boolean runOne(int worker) {
    OpenBatch<T, S> batch = takeBatch();
    if (batch == null) {
      return false;
    }
    batch.removeIf(callbacks::dropIfAbandoned);
    List<T> wanted = batch.usableItems();
    long start = clock.nanoTime();
    try {
      if (!wanted.isEmpty()) {
        work.run(worker, batch.storage(), batch.withoutGaps(work));
      }
    } catch (Throwable e) {
      wanted.forEach(item -> callbacks.fail(item, e));
    } finally {
      finish(batch, wanted.size(), clock.nanoTime() - start);
    }
    return true;
  }

  private OpenBatch<T, S> takeBatch() {
    lock.lock();
    try {
      while (true) {
        if (open.size() == 0) {
          if (closing && queue.isEmpty() && preparing == 0) {
            return null;
          }
          workReady.awaitUninterruptibly();
          continue;
        }
        long waited = clock.nanoTime() - open.oldestNanos();
        long wait = closing ? 0 : policy.nanosToWait(open.size(), waited);
        if (wait <= 0) {
          break;
        }
        awaitWork(wait);
      }
      OpenBatch<T, S> taken = open;
      running += taken.size();
      openNext();
      while (taken.isPlacing()) {
        placed.awaitUninterruptibly();
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void awaitWork(long nanos) {
    try {
      clock.await(workReady, nanos);
    } catch (InterruptedException e) {
      // As if it had been woken: the caller looks again.
    }
  }

  private void finish(OpenBatch<T, S> batch, int size, long nanos) {
    lock.lock();
    try {
      if (size > 0) {
        double measured = (double) nanos / size / options.workers();
        nanosPerItem = nanosPerItem == 0 ? measured : 0.9 * nanosPerItem + 0.1 * measured;
      }
      running -= batch.size();
      freeStorages.add(batch.storage());
    } finally {
      lock.unlock();
    }
    if (size > 0) {
      callbacks.tell(to -> to.ran(size, nanos));
    }
  }

  // ---- shared; under lock

  private void openNext() {
    // There is one: each worker has one storage at most, and there is one more than workers.
    open = new OpenBatch<>(freeStorages.remove(), options.maxBatch());
    slotFree.signalAll();
  }

  private void signalAll() {
    queued.signalAll();
    slotFree.signalAll();
    workReady.signalAll();
    placed.signalAll();
  }

  private List<T> admitParked() {
    List<T> admitted = queue.admitParked();
    for (int i = 0; i < admitted.size(); i++) {
      queued.signal();
    }
    return admitted;
  }

  /** About how long an item of a new owner waits until it has run. */
  private long nanosToWait() {
    if (queue.isEmpty()) {
      // What is under way then takes as long as it takes, with or without the item.
      return 0;
    }
    int before = queue.owners() + preparing + open.size() + running;
    return (long) (nanosPerItem * (before + 1));
  }
}
