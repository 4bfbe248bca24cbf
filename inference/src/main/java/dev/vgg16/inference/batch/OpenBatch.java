package dev.vgg16.inference.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * A batch that is being filled: its storage, and which item has which slot. Not thread-safe: used
 * under the batcher's lock until a worker has taken it, and then by that worker alone.
 */
final class OpenBatch<T extends BatchItem, S> {

  private final S storage;
  private final List<T> items;
  private final boolean[] usable;
  private long oldestNanos;
  private int placing;
  private boolean alone;

  OpenBatch(S storage, int slots) {
    this.storage = storage;
    this.items = new ArrayList<>(slots);
    this.usable = new boolean[slots];
  }

  S storage() {
    return storage;
  }

  /** How many slots are reserved. */
  int size() {
    return items.size();
  }

  /** When the oldest of the items was submitted. */
  long oldestNanos() {
    return oldestNanos;
  }

  /** Whether inputs are still being written. */
  boolean isPlacing() {
    return placing > 0;
  }

  /**
   * A worker has taken it.
   *
   * @param alone whether no item of another batch is unfinished
   */
  void taken(boolean alone) {
    this.alone = alone;
  }

  /** Whether no item of another batch was unfinished when it was taken. */
  boolean isAlone() {
    return alone;
  }

  /** Reserves a slot for an item, whose input is then written there. */
  int reserve(ItemQueue.Entry<T> next) {
    // By their difference, since nanoTime may overflow.
    if (items.isEmpty() || next.nanos() - oldestNanos < 0) {
      oldestNanos = next.nanos();
    }
    items.add(next.item());
    placing++;
    return items.size() - 1;
  }

  /** A slot's input is written, or could not be. */
  void placed(int slot, boolean written) {
    placing--;
    usable[slot] = written;
  }

  /** Removes the items that match. */
  void removeIf(Predicate<T> unusableItems) {
    for (int slot = 0; slot < items.size(); slot++) {
      usable[slot] = usable[slot] && !unusableItems.test(items.get(slot));
    }
  }

  /** The items that were written and not removed. */
  List<T> usableItems() {
    List<T> usableItems = new ArrayList<>(items.size());
    for (int slot = 0; slot < items.size(); slot++) {
      if (usable[slot]) {
        usableItems.add(items.get(slot));
      }
    }
    return usableItems;
  }

  /** The usable items, compacted in the storage: the last ones are moved into the gaps. */
  List<T> withoutGaps(BatchWork<T, S> work) {
    int end = items.size();
    List<T> kept = new ArrayList<>(end);
    for (int slot = 0; slot < end; slot++) {
      if (usable[slot]) {
        kept.add(items.get(slot));
        continue;
      }
      do {
        end--;
      } while (end > slot && !usable[end]);
      if (end > slot) {
        work.move(storage, end, slot);
        kept.add(items.get(end));
      }
    }
    return Collections.unmodifiableList(kept);
  }
}
