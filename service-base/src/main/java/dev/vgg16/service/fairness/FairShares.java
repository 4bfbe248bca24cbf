package dev.vgg16.service.fairness;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Places for items, bounded by count and bytes, of which no client can take all.
 *
 * <p>With a dynamic threshold (Choudhury and Hahne, 1998): what a client holds is at most {@value
 * #FACTOR} times what is free. A client alone gets four fifths of the places; with n clients that
 * want all they can get, each has {@code 4 / (4n + 1)} of them, and {@code 1 / (4n + 1)} stays free
 * for whoever comes next. A client that holds nothing needs no more than room for one item. Not
 * thread-safe.
 */
public final class FairShares {

  private static final int FACTOR = 4;

  private final int capacity;
  private final long maxBytes;
  private final Map<Object, Held> clients = new HashMap<>();
  private int items;
  private long bytes;

  /** What a client holds, or nothing. */
  private record Held(int items, long bytes) {
    static final Held NOTHING = new Held(0, 0);
  }

  public FairShares(int capacity, long maxBytes) {
    this.capacity = capacity;
    this.maxBytes = maxBytes;
  }

  /**
   * Whether there is room for an item of so many bytes, whoever's it is. A large one must leave a
   * part of its size free, or one of each of a few clients would fill up the bytes.
   */
  public boolean fits(long itemBytes) {
    if (items == 0) {
      return capacity > 0 && itemBytes <= maxBytes;
    }
    // The differences, since sums could overflow.
    return items < capacity && itemBytes <= maxBytes - bytes - itemBytes / FACTOR;
  }

  /** Whether an item that {@link #fits} would leave others their share. */
  public boolean isWithinShare(Object client, long itemBytes) {
    Held held = clients.getOrDefault(client, Held.NOTHING);
    if (held.items == 0) {
      return true;
    }
    return held.items + 1L <= FACTOR * (capacity - items - 1L)
        && (held.bytes + itemBytes) / FACTOR <= maxBytes - bytes - itemBytes;
  }

  public void acquire(Object client, long itemBytes) {
    items++;
    bytes += itemBytes;
    Held held = clients.getOrDefault(client, Held.NOTHING);
    clients.put(client, new Held(held.items + 1, held.bytes + itemBytes));
  }

  public void release(Object client, long itemBytes) {
    items--;
    bytes -= itemBytes;
    Held held = Objects.requireNonNull(clients.get(client), "released more than acquired");
    if (held.items == 1) {
      clients.remove(client);
    } else {
      clients.put(client, new Held(held.items - 1, held.bytes - itemBytes));
    }
  }

  public int items() {
    return items;
  }

  public long bytes() {
    return bytes;
  }
}
