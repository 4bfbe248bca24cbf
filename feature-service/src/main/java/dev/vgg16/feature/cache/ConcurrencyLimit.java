package dev.vgg16.feature.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.fairness.FairShares;
import java.time.Duration;

/**
 * Bounds the hits and waiters that have no answer yet, which the batcher's queue does not count. No
 * client gets all of the places. Thread-safe.
 */
final class ConcurrencyLimit {

  /** About the time of a few runs of a backbone, or a few answers of the heads. */
  private static final Duration RETRY = Duration.ofMillis(50);

  /** These jobs do not hold their images. */
  private static final long NO_BYTES = 0;

  private final int capacity;

  @GuardedBy("this")
  private final FairShares places;

  ConcurrencyLimit(int capacity) {
    this.capacity = capacity;
    this.places = new FairShares(capacity, NO_BYTES);
  }

  /** Takes a permit without waiting; returns false when there is none for this client. */
  synchronized boolean tryAcquire(Object client) {
    boolean free = hasRoomFor(client);
    if (free) {
      places.acquire(client, NO_BYTES);
    }
    return free;
  }

  /** The refusal when there is no permit, with the time after which to retry. */
  synchronized ServingException overloaded() {
    return ServingException.overloaded(
        "too much is waiting: %,d images of the cache have no answer yet; its capacity is %,d, of"
                .formatted(places.items(), capacity)
            + " which no client can take all",
        RETRY);
  }

  synchronized boolean hasRoomFor(Object client) {
    return places.fits(NO_BYTES) && places.isWithinShare(client, NO_BYTES);
  }

  synchronized void release(Object client) {
    places.release(client, NO_BYTES);
  }
}
