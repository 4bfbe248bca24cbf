package dev.vgg16.feature.relay;

import com.google.common.base.Ticker;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;

/** While the heads are down every attempt breaks a stream: one line a second is enough. */
final class WarningRateLimit {

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Ticker ticker;

  @GuardedBy("this")
  private long nextWarning;

  WarningRateLimit(Ticker ticker) {
    this.ticker = ticker;
    this.nextWarning = ticker.read();
  }

  synchronized boolean mayWarn() {
    long now = ticker.read();
    if (now - nextWarning < 0) {
      return false;
    }
    nextWarning = now + INTERVAL.toNanos();
    return true;
  }
}
