package dev.vgg16.inference.batch;

import com.google.common.primitives.Ints;
import dev.vgg16.service.fairness.FairShares;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What waits for a preparer, bounded by count and bytes. Clients take turns, and no client can take
 * all of the places.
 *
 * <p>Patient items take at most half of the places, so that others find one. Those without a place
 * are parked in front of the queue: as many bytes once more, and four times as many items, since a
 * stream may have sent four before it is slowed. They get their places in turns of the clients too.
 * A parked item that lacks room, rather than its client's share, holds up those behind it, or a
 * large one would never find room. Others may pass it as often as there are places; then the queue
 * takes nothing until it has room.
 *
 * <p>Of costly items only so many leave it at a time; others pass those that wait for that. Not
 * thread-safe.
 */
final class ItemQueue<T extends BatchItem> {

  private static final int PARKED_FACTOR = 4;

  private final int capacity;
  private final long maxBytes;
  private final int maxCostly;
  private final RoundRobinQueue<Entry<T>> queued = new RoundRobinQueue<>(Entry::turns);
  private final RoundRobinQueue<Entry<T>> parked = new RoundRobinQueue<>();
  private final FairShares places;
  private final FairShares backpressuredShares;
  private final FairShares parkedShares;

  /** Items that got a place while the parked one whose turn it is lacked room. */
  private int passes;

  /** Items that left, and whose preparation others must not wait for. */
  private int costlyUnderWay;

  /**
   * An item that waits.
   *
   * @param flow whose it is
   * @param bytes what it holds
   * @param turns how many it costs
   * @param nanos when it was submitted
   */
  record Entry<T extends BatchItem>(T item, FlowKey flow, long bytes, int turns, long nanos) {

    Entry(T item, long nanos) {
      this(item, item.flow(), item.bytes(), item.turns(), nanos);
    }

    Object client() {
      return flow.client();
    }

    /** The same as another's. */
    Entry<T> of(FlowKey other) {
      return new Entry<>(item, other, bytes, turns, nanos);
    }
  }

  /**
   * @param maxCostly how many costly items may be prepared at a time
   */
  ItemQueue(int capacity, long maxBytes, int maxCostly) {
    this.capacity = capacity;
    this.maxBytes = maxBytes;
    this.maxCostly = maxCostly;
    this.places = new FairShares(capacity, maxBytes);
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
    passes = aParkedItemLacksRoom() ? passes + 1 : 0;
    if (passes > capacity) {
      return false;
    }
    add(entry);
    return true;
  }

  private boolean aParkedItemLacksRoom() {
    Entry<T> next = parked.isEmpty() ? null : parked.peek(this::isWithinShare);
    return next != null && !places.fits(next.bytes());
  }

  /** Lets an entry wait for room; returns false when too much does already. */
  boolean park(Entry<T> entry) {
    if (!parkedShares.fits(entry.bytes())
        || !parkedShares.isWithinShare(entry.client(), entry.bytes())) {
      return false;
    }
    parkedShares.acquire(entry.client(), entry.bytes());
    parked.add(entry.flow(), entry);
    return true;
  }

  /** Gives places to what is parked, as far as there is room; returns what got one. */
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
      passes = 0;
      next = parked.peek(this::isWithinShare);
    }
    return admitted;
  }

  /**
   * Takes the entry whose turn it is; null when there is none that may be prepared now. After a
   * costly one {@link #prepared} must follow.
   */
  Entry<T> remove() {
    Entry<T> entry = queued.remove(next -> costlyUnderWay < maxCostly || !next.item().isCostly());
    if (entry != null) {
      release(entry);
      costlyUnderWay += entry.item().isCostly() ? 1 : 0;
    }
    return entry;
  }

  /** An entry that was taken is prepared, or can't be; another costly one may go. */
  void prepared(Entry<T> entry) {
    costlyUnderWay -= entry.item().isCostly() ? 1 : 0;
  }

  /** Takes out the items of a call that the test holds for. */
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
   * Gives an item of one call the place that a new item of another would have, where its turn comes
   * sooner so: others want it too. It then counts as theirs. Not behind a costly item, unless it is
   * behind one already: when that may go, its client's turns do not tell.
   *
   * @return whether it has that place; else it is where it was, if it waits at all
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
        || !isWithinShare(entry.of(to))) {
      return false;
    }
    var unused = parked.removeIf(from, other -> other.item() == item);
    parkedShares.release(entry.client(), entry.bytes());
    add(entry.of(to));
    return true;
  }

  private boolean isNewlyBehindCostly(FlowKey from, Entry<T> entry, FlowKey to) {
    Entry<T> before = queued.find(from, next -> next.equals(entry) || next.item().isCostly());
    return (before == null || before.equals(entry))
        && queued.find(to, next -> next.item().isCostly()) != null;
  }

  private boolean move(Entry<T> entry, FlowKey to) {
    release(entry);
    if (!isWithinShare(entry.of(to))) {
      acquire(entry);
      return false;
    }
    var unused = queued.removeIf(entry.flow(), entry::equals);
    add(entry.of(to));
    return true;
  }

  private boolean fits(Entry<T> entry) {
    if (!places.fits(entry.bytes())) {
      return false;
    }
    // However small the bounds, one patient item may be there.
    return !entry.item().isBackpressured()
        || backpressuredShares.items() == 0
        || backpressuredShares.fits(entry.bytes());
  }

  private boolean isWithinShare(Entry<T> entry) {
    return places.isWithinShare(entry.client(), entry.bytes())
        && (!entry.item().isBackpressured()
            || backpressuredShares.isWithinShare(entry.client(), entry.bytes()));
  }

  private void add(Entry<T> entry) {
    queued.add(entry.flow(), entry);
    acquire(entry);
  }

  private void acquire(Entry<T> entry) {
    places.acquire(entry.client(), entry.bytes());
    if (entry.item().isBackpressured()) {
      backpressuredShares.acquire(entry.client(), entry.bytes());
    }
  }

  private void release(Entry<T> entry) {
    places.release(entry.client(), entry.bytes());
    if (entry.item().isBackpressured()) {
      backpressuredShares.release(entry.client(), entry.bytes());
    }
  }

  boolean isEmpty() {
    return queued.isEmpty();
  }

  /** At most how many have their turn before an item of a new call, if it is added now. */
  int itemsBefore(Entry<T> entry) {
    return queued.itemsBefore(entry.flow(), entry.turns());
  }

  /** Whether such an entry is refused for what its client has already, and not for lack of room. */
  boolean isOverShare(Entry<T> entry) {
    return fits(entry) && !isWithinShare(entry);
  }

  /**
   * How full it is.
   *
   * @param items that wait
   * @param bytes that they hold
   * @param parked items that wait for a place
   */
  record Level(int items, long bytes, int parked) {}

  Level level() {
    return new Level(places.items(), places.bytes(), parked.size());
  }

  /** Its bounds, in words. */
  String bounds() {
    return "%,d items and %,d bytes".formatted(capacity, maxBytes);
  }
}
