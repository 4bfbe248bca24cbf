package dev.vgg16.feature.tracing;

import com.google.common.annotations.VisibleForTesting;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Points in time of {@link System#nanoTime} as time since 1970. One for each trace: the two clocks
 * drift apart, and within a trace they must not.
 */
final class WallClock {

  private final long offset;

  @VisibleForTesting
  WallClock(long epochNanos, long nanoTime) {
    offset = epochNanos - nanoTime;
  }

  static WallClock now() {
    Instant now = Instant.now();
    return new WallClock(
        TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano(), System.nanoTime());
  }

  long epochNanos(long nanoTime) {
    return nanoTime + offset;
  }
}
