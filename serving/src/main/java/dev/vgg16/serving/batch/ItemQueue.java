package dev.vgg16.serving.batch;

import java.util.ArrayDeque;

/**
 * What waits for a preparer, first come first served, bounded by count and bytes. Not thread-safe.
 */
final class ItemQueue<T extends BatchItem> {

  private final int capacity;
  private final long maxBytes;
  private final ArrayDeque<Entry<T>> entries = new ArrayDeque<>();
  private long bytes;

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
    // The difference, since a sum could overflow.
    if (entries.size() >= capacity || entry.bytes() > maxBytes - bytes) {
      return false;
    }
    entries.add(entry);
    bytes += entry.bytes();
    return true;
  }

  /** Takes the oldest entry; there must be one. */
  Entry<T> remove() {
    Entry<T> entry = entries.remove();
    bytes -= entry.bytes();
    return entry;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  int size() {
    return entries.size();
  }

  /**
   * How full it is.
   *
   * @param items that wait
   * @param bytes that they hold
   */
  record Level(int items, long bytes) {}

  Level level() {
    return new Level(entries.size(), bytes);
  }

  /** Why an item was refused at this level. */
  String whyFull(Level level) {
    return "the queue is full: %,d items (%,d bytes) wait; its capacity is %,d items and %,d bytes"
        .formatted(level.items(), level.bytes(), capacity, maxBytes);
  }
}
