package dev.vgg16.feature.relay;

import java.time.Duration;

/**
 * How long a replica that refuses this service is the last choice: twice as long each time that it
 * is tried again and refuses again. Thread-safe.
 */
final class ReplicaBackoff {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final int MAX_DOUBLINGS = 6;

  private volatile int refusals;
  private volatile long untilNanos;

  boolean isOn(long now) {
    return refusals > 0 && now - untilNanos < 0;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Written under the lock only.
  synchronized void refused(long now) {
    // What was under way when it began says nothing new.
    if (!isOn(now)) {
      untilNanos = now + (FIRST.toNanos() << Math.min(refusals, MAX_DOUBLINGS));
      refusals++;
    }
  }

  /** It takes this service again. */
  void answered() {
    if (refusals > 0) {
      reset();
    }
  }

  private synchronized void reset() {
    refusals = 0;
  }
}
