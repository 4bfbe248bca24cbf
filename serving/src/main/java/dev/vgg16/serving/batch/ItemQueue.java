package dev.vgg16.serving.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What waits for a preparer, bounded by count and bytes. Owners take turns.
 *
 * <p>Patient items take at most half of the places, so that others find one. Those without a place
 * are parked in front of the queue, which has the same bounds once more. Not thread-safe.
 */
final class ItemQueue<T extends BatchItem> {

  private final int capacity;
  private final long maxBytes;
  private final Turns<Entry<T>> turns = new Turns<>();
  private final ArrayDeque<Entry<T>> parked = new ArrayDeque<>();
  private long bytes;
  private int patientItems;
  private long patientBytes;
  private long parkedBytes;

  /**
   * An item that waits.
   *
   * @param bytes what it holds
   * @param nanos when it was submitted
   */
  record Entry<T>(T item, long bytes, long nanos) {}

  ItemQueue(int capacity, long maxBytes) {
    this.capacity = capacity;
    this.maxBytes = maxBytes;
  }

  /** Adds an entry; returns false when there is no room for it. */
  boolean offer(Entry<T> entry) {
    boolean behindOthers = entry.item().isPatient() && !parked.isEmpty();
    if (behindOthers || !hasRoom(entry)) {
      return false;
    }
    add(entry);
    return true;
  }

  /** Lets an entry wait for room; returns false when too much does already. */
  boolean park(Entry<T> entry) {
    if (parked.size() >= capacity || entry.bytes() > maxBytes - parkedBytes) {
      return false;
    }
    parked.add(entry);
    parkedBytes += entry.bytes();
    return true;
  }

  /** Gives places to what is parked, as far as there is room; returns what got one. */
  List<T> admitParked() {
    if (parked.isEmpty()) {
      return List.of();
    }
    List<T> admitted = new ArrayList<>();
    while (!parked.isEmpty() && hasRoom(parked.peek())) {
      Entry<T> entry = parked.remove();
      parkedBytes -= entry.bytes();
      add(entry);
      admitted.add(entry.item());
    }
    return admitted;
  }

  /** Takes the first entry of the owner whose turn it is; there must be one. */
  Entry<T> remove() {
    Entry<T> entry = turns.remove();
    removed(entry);
    return entry;
  }

  /** Takes out the items of an owner that the test holds for. */
  List<T> removeIf(Object owner, Predicate<T> test) {
    List<T> all = new ArrayList<>();
    for (Entry<T> entry : turns.removeIf(owner, entry -> test.test(entry.item()))) {
      removed(entry);
      all.add(entry.item());
    }
    parked.removeIf(
        entry -> {
          boolean out = entry.item().owner() == owner && test.test(entry.item());
          if (out) {
            parkedBytes -= entry.bytes();
            all.add(entry.item());
          }
          return out;
        });
    return all;
  }

  private boolean hasRoom(Entry<T> entry) {
    // The differences, since sums could overflow.
    if (turns.size() >= capacity || entry.bytes() > maxBytes - bytes) {
      return false;
    }
    // However small the bounds, one patient item may be there.
    return !entry.item().isPatient()
        || patientItems == 0
        || (patientItems < capacity / 2 && entry.bytes() <= maxBytes / 2 - patientBytes);
  }

  private void add(Entry<T> entry) {
    turns.add(entry.item().owner(), entry);
    bytes += entry.bytes();
    if (entry.item().isPatient()) {
      patientItems++;
      patientBytes += entry.bytes();
    }
  }

  private void removed(Entry<T> entry) {
    bytes -= entry.bytes();
    if (entry.item().isPatient()) {
      patientItems--;
      patientBytes -= entry.bytes();
    }
  }

  boolean isEmpty() {
    return turns.size() == 0;
  }

  /** How many have a place. */
  int size() {
    return turns.size();
  }

  /** How many have their turn before the item of an owner that comes now. */
  int owners() {
    return turns.owners();
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
    return new Level(turns.size(), bytes, parked.size());
  }

  /** Its bounds, in words. */
  String bounds() {
    return "%,d items and %,d bytes".formatted(capacity, maxBytes);
  }
}
