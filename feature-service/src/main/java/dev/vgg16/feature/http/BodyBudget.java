package dev.vgg16.feature.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory of the bodies of all requests together. Thread-safe. */
final class BodyBudget {

  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param most bytes at a time
   */
  BodyBudget(long most) {
    this.most = most;
  }

  /** Reserves memory; returns false when there is not that much. */
  boolean reserve(long bytes) {
    if (held.addAndGet(bytes) <= most) {
      return true;
    }
    release(bytes);
    return false;
  }

  /** Returns reserved memory. */
  void release(long bytes) {
    held.addAndGet(-bytes);
  }
}
