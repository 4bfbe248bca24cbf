package dev.vgg16.feature.cache;

import dev.vgg16.serving.fault.ServingException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Bounds the jobs that have no answer and are not in the batcher's queue. Thread-safe. */
final class Places {

  /** A few runs of a backbone, or answers of the heads. */
  private static final Duration RETRY = Duration.ofMillis(50);

  private final int capacity;
  private final Semaphore free;

  Places(int capacity) {
    this.capacity = capacity;
    this.free = new Semaphore(capacity);
  }

  /**
   * Takes a place without waiting.
   *
   * @throws ServingException {@code OVERLOADED} when there is none
   */
  void take() {
    if (!free.tryAcquire()) {
      throw ServingException.overloaded(
          "too much is waiting: %,d images of the cache have no answer yet; its capacity is %,d"
              .formatted(capacity - free.availablePermits(), capacity),
          RETRY);
    }
  }

  boolean areTaken() {
    return free.availablePermits() == 0;
  }

  void giveBack() {
    free.release();
  }
}
