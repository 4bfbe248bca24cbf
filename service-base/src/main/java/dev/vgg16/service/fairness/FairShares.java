package dev.vgg16.service.fairness;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A capacity for items, bounded by count and bytes, of which no client can hold all.
 *
 * <p>With a dynamic threshold (Choudhury and Hahne, 1998): a client holds at most {@value #FACTOR}
 * times what is free. A single client gets four fifths of the capacity; with n clients that hold as
 * much as they can, each has {@code 4 / (4n + 1)} of it, and {@code 1 / (4n + 1)} stays free. A
 * client that holds nothing only needs room for its item. Not thread-safe.
 */
public final class FairShares {

  private static final int FACTOR = 4;

  private final int capacity;
  private final long maxBytes;
  private final Map<Object, Held> clients = new HashMap<>();
  private int items;
  private long bytes;

  /** What a client holds. */
  private record Held(int items, long bytes) {
    static final Held NOTHING = new Held(0, 0);
  }

  public FairShares(int capacity, long maxBytes) {
    this.capacity = capacity;
    this.maxBytes = maxBytes;
  }

  /**
   * Whether there is room for an item of this size, of any client. A large item must leave a part
   * of its size free, or large items of a few clients would fill the capacity.
   */
  public boolean fits(long itemBytes) {
    if (items == 0) {
      return capacity > 0 && itemBytes <= maxBytes;
    }
    // Differences, since sums could overflow.
    return items < capacity && itemBytes <= maxBytes - bytes - itemBytes / FACTOR;
  }

  /** Whether an item that {@link #fits} is within its client's share. */
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
