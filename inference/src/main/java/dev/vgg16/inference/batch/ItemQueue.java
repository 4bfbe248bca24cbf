package dev.vgg16.inference.batch;

import com.google.common.primitives.Ints;
import dev.vgg16.service.fairness.FairShares;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The items that wait for a preparer, bounded by count and bytes. Clients are served in round
 * robin, and no client can fill the queue.
 *
 * <p>Backpressured items fill at most half of the queue, so that there is room for others. Those
 * that find no room are parked in front of the queue: at most as many bytes again, and four times
 * as many items, since a stream may send four before backpressure takes effect. They are admitted
 * in round robin too. A parked item that lacks room, rather than share, blocks those behind it;
 * otherwise a large item could starve. Other items may overtake it, at most as many as the queue's
 * capacity; then the queue admits nothing until the parked item has entered.
 *
 * <p>At most {@code maxCostly} costly items are prepared at a time; other items overtake those that
 * wait for that. Not thread-safe.
 */
final class ItemQueue<T extends BatchItem> {

  private static final int PARKED_FACTOR = 4;

  private final int capacity;
  private final long maxBytes;
  private final int maxCostly;
  private final RoundRobinQueue<Entry<T>> queued = new RoundRobinQueue<>(Entry::turns);
  private final RoundRobinQueue<Entry<T>> parked = new RoundRobinQueue<>();
  private final FairShares shares;
  private final FairShares backpressuredShares;
  private final FairShares parkedShares;

  /** Items admitted since the first parked one lacked room. */
  private int overtakes;

  /** Costly items that are being prepared. */
  private int costlyInFlight;

  /**
   * A waiting item.
   *
   * @param flow that it is queued for
   * @param bytes that it holds
   * @param turns that it costs
   * @param nanos when it was submitted
   */
  record Entry<T extends BatchItem>(T item, FlowKey flow, long bytes, int turns, long nanos) {

    Entry(T item, long nanos) {
      this(item, item.flow(), item.bytes(), item.turns(), nanos);
    }

    Object client() {
      return flow.client();
    }

    /** The same item, in another flow. */
    Entry<T> withFlow(FlowKey other) {
      return new Entry<>(item, other, bytes, turns, nanos);
    }
  }

  /**
   * @param maxCostly the most costly items that are prepared at a time
   */
  ItemQueue(int capacity, long maxBytes, int maxCostly) {
    this.capacity = capacity;
    this.maxBytes = maxBytes;
    this.maxCostly = maxCostly;
    this.shares = new FairShares(capacity, maxBytes);
    this.backpressuredShares = new FairShares(capacity / 2, maxBytes / 2);
    this.parkedShares =
        new FairShares(Ints.saturatedCast((long) PARKED_FACTOR * capacity), maxBytes);
  }

  /** Adds an entry; returns false when there is no room for it. */
  boolean offer(Entry<T> entry) {
    boolean behindOthers = entry.item().isBackpressured() && !parked.isEmpty();
    if (behindOthers || !fits(entry) || !isWithinShare(entry)) {
      return false;
    }
    overtakes = aParkedItemLacksRoom() ? overtakes + 1 : 0;
    if (overtakes > capacity) {
      return false;
    }
    add(entry);
    return true;
  }

  private boolean aParkedItemLacksRoom() {
    Entry<T> next = parked.isEmpty() ? null : parked.peek(this::isWithinShare);
    return next != null && !shares.fits(next.bytes());
  }

  /** Parks an entry until there is room; returns false when too many are parked already. */
  boolean park(Entry<T> entry) {
    if (!parkedShares.fits(entry.bytes())
        || !parkedShares.isWithinShare(entry.client(), entry.bytes())) {
      return false;
    }
    parkedShares.acquire(entry.client(), entry.bytes());
    parked.add(entry.flow(), entry);
    return true;
  }

  /** Moves parked entries into the queue as far as there is room; returns their items. */
  List<T> admitParked() {
    if (parked.isEmpty()) {
      return List.of();
    }
    List<T> admitted = new ArrayList<>();
    Entry<T> next = parked.peek(this::isWithinShare);
    while (next != null && fits(next)) {
      Entry<T> entry = parked.removeOf(next.client());
      parkedShares.release(entry.client(), entry.bytes());
      add(entry);
      admitted.add(entry.item());
      overtakes = 0;
      next = parked.peek(this::isWithinShare);
    }
    return admitted;
  }

  /**
   * Removes the entry whose turn it is; null when none may be prepared now. {@link #prepared} must
   * follow.
   */
  @Nullable Entry<T> remove() {
    Entry<T> entry = queued.remove(next -> costlyInFlight < maxCostly || !next.item().isCostly());
    if (entry != null) {
      release(entry);
      costlyInFlight += entry.item().isCostly() ? 1 : 0;
    }
    return entry;
  }

  /** An entry that was removed is prepared, successfully or not. */
  void prepared(Entry<T> entry) {
    costlyInFlight -= entry.item().isCostly() ? 1 : 0;
  }

  /** Removes the items of a call that match. */
  List<T> removeIf(FlowKey flow, Predicate<T> test) {
    List<T> all = new ArrayList<>();
    for (Entry<T> entry : queued.removeIf(flow, entry -> test.test(entry.item()))) {
      release(entry);
      all.add(entry.item());
    }
    for (Entry<T> entry : parked.removeIf(flow, entry -> test.test(entry.item()))) {
      parkedShares.release(entry.client(), entry.bytes());
      all.add(entry.item());
    }
    return all;
  }

  /**
   * Moves an item from one call to the end of another that waits for the same result, if its turn
   * comes sooner there. It then counts towards the other client's share. It is not moved behind a
   * costly item, unless it is behind one already: when a costly item may leave does not depend on
   * turns alone.
   *
   * @return whether it was moved; otherwise it stays where it was, if it is waiting at all
   */
  boolean expedite(T item, FlowKey from, FlowKey to) {
    Entry<T> entry = queued.find(from, other -> other.item() == item);
    if (entry != null) {
      return !isNewlyBehindCostly(from, entry, to)
          && queued.turnsUntilNew(to, entry) < queued.turnsUntil(from, entry)
          && move(entry, to);
    }
    entry = parked.find(from, other -> other.item() == item);
    if (entry == null
        || isNewlyBehindCostly(from, entry, to)
        || !fits(entry)
        || !isWithinShare(entry.withFlow(to))) {
      return false;
    }
    var unused = parked.removeIf(from, other -> other.item() == item);
    parkedShares.release(entry.client(), entry.bytes());
    add(entry.withFlow(to));
    return true;
  }

  private boolean isNewlyBehindCostly(FlowKey from, Entry<T> entry, FlowKey to) {
    Entry<T> before = queued.find(from, next -> next.equals(entry) || next.item().isCostly());
    return (before == null || before.equals(entry))
        && queued.find(to, next -> next.item().isCostly()) != null;
  }

  private boolean move(Entry<T> entry, FlowKey to) {
    release(entry);
    if (!isWithinShare(entry.withFlow(to))) {
      acquire(entry);
      return false;
    }
    var unused = queued.removeIf(entry.flow(), entry::equals);
    add(entry.withFlow(to));
    return true;
  }

  private boolean fits(Entry<T> entry) {
    if (!shares.fits(entry.bytes())) {
      return false;
    }
    // Even with the smallest bounds there is room for one backpressured item.
    return !entry.item().isBackpressured()
        || backpressuredShares.items() == 0
        || backpressuredShares.fits(entry.bytes());
  }

  private boolean isWithinShare(Entry<T> entry) {
    return shares.isWithinShare(entry.client(), entry.bytes())
        && (!entry.item().isBackpressured()
            || backpressuredShares.isWithinShare(entry.client(), entry.bytes()));
  }

  private void add(Entry<T> entry) {
    queued.add(entry.flow(), entry);
    acquire(entry);
  }

  private void acquire(Entry<T> entry) {
    shares.acquire(entry.client(), entry.bytes());
    if (entry.item().isBackpressured()) {
      backpressuredShares.acquire(entry.client(), entry.bytes());
    }
  }

  private void release(Entry<T> entry) {
    shares.release(entry.client(), entry.bytes());
    if (entry.item().isBackpressured()) {
      backpressuredShares.release(entry.client(), entry.bytes());
    }
  }

  boolean isEmpty() {
    return queued.isEmpty();
  }

  /** An upper bound of the items served before an item of a new call that is added now. */
  int itemsBefore(Entry<T> entry) {
    return queued.itemsBefore(entry.flow(), entry.turns());
  }

  /** Whether an entry would be refused for its client's share, and not for lack of room. */
  boolean isOverShare(Entry<T> entry) {
    return fits(entry) && !isWithinShare(entry);
  }

  /**
   * How full the queue is.
   *
   * @param items in the queue
   * @param bytes that they hold
   * @param parked items
   */
  record Level(int items, long bytes, int parked) {}

  Level level() {
    return new Level(shares.items(), shares.bytes(), parked.size());
  }

  /** The queue's bounds, for messages. */
  String bounds() {
    return "%,d items and %,d bytes".formatted(capacity, maxBytes);
  }
}
