package dev.vgg16.feature.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory that requests take together: of their bodies, or of their responses. */
final class MemoryBudget {

  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param most bytes at a time
   */
  MemoryBudget(long most) {
    this.most = most;
  }

  /** What one request takes; nothing yet. */
  Reservation open() {
    return new Reservation();
  }

  /** The part of one request. Thread-safe. */
  final class Reservation {
    @GuardedBy("this")
    private long bytes;

    @GuardedBy("this")
    private boolean released;

    /** Takes memory; returns false when there is not that much, or after {@link #release}. */
    synchronized boolean add(long more) {
      if (released || held.addAndGet(more) > most) {
        if (!released) {
          held.addAndGet(-more);
        }
        return false;
      }
      bytes += more;
      return true;
    }

    /** Returns a part of it. */
    synchronized void remove(long less) {
      if (!released) {
        bytes -= less;
        held.addAndGet(-less);
      }
    }

    /** Returns all of it; further calls have no effect. */
    synchronized void release() {
      if (!released) {
        released = true;
        held.addAndGet(-bytes);
      }
    }
  }
}
