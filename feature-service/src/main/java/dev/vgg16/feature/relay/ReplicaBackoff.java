package dev.vgg16.feature.relay;

import java.time.Duration;

/**
 * How long a replica that refuses this service is the last choice; the time doubles with each
 * further refusal. Thread-safe.
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
    // During a backoff, only requests that were in flight before it are refused.
    if (!isOn(now)) {
      untilNanos = now + (FIRST.toNanos() << Math.min(refusals, MAX_DOUBLINGS));
      refusals++;
    }
  }

  /** It accepts this service again. */
  void answered() {
    if (refusals > 0) {
      reset();
    }
  }

  private synchronized void reset() {
    refusals = 0;
  }
}
