package dev.vgg16.inference.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * A batch that fills: its storage, and which item has which slot. Guarded by the batcher's lock
 * until a worker has taken it, which is then the only one to use it.
 */
final class OpenBatch<T extends BatchItem, S> {

  private final S storage;
  private final List<T> items;
  private final boolean[] usable;
  private long oldestNanos;
  private int placing;

  OpenBatch(S storage, int slots) {
    this.storage = storage;
    this.items = new ArrayList<>(slots);
    this.usable = new boolean[slots];
  }

  S storage() {
    return storage;
  }

  /** How many slots are given away. */
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

  /** Gives an item a slot, in which its input is then written. */
  int reserve(ItemQueue.Entry<T> next) {
    // The difference, since nanoTime may be negative or overflow.
    if (items.isEmpty() || next.nanos() - oldestNanos < 0) {
      oldestNanos = next.nanos();
    }
    items.add(next.item());
    placing++;
    return items.size() - 1;
  }

  /** An input is written, or can't be. */
  void placed(int slot, boolean written) {
    placing--;
    usable[slot] = written;
  }

  /** Takes out the items that the test holds for. */
  void removeIf(Predicate<T> unwanted) {
    for (int slot = 0; slot < items.size(); slot++) {
      usable[slot] = usable[slot] && !unwanted.test(items.get(slot));
    }
  }

  /** The items that are still in. */
  List<T> usableItems() {
    List<T> wanted = new ArrayList<>(items.size());
    for (int slot = 0; slot < items.size(); slot++) {
      if (usable[slot]) {
        wanted.add(items.get(slot));
      }
    }
    return wanted;
  }

  /** The same, moved together in the storage: the last ones fill the gaps. */
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
