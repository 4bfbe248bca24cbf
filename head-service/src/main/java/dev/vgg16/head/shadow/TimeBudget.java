package dev.vgg16.head.shadow;

import com.google.common.base.Ticker;
import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Limits work to a share of the time: what is left of a second's share can be spent at once, and
 * what was spent beyond is paid off before more is. Thread-safe.
 */
final class TimeBudget {

  private static final double SECOND = 1e9;

  private final double share;
  private final Ticker ticker;

  @GuardedBy("this")
  private double left;

  @GuardedBy("this")
  private long read;

  /**
   * @param share of the time that may be spent; more than 1 for several threads
   */
  TimeBudget(double share, Ticker ticker) {
    this.share = share;
    this.ticker = ticker;
    this.left = share * SECOND;
    this.read = ticker.read();
  }

  /** Whether there is time for more work. */
  synchronized boolean hasTime() {
    long now = ticker.read();
    left = Math.min(share * SECOND, left + share * (now - read));
    read = now;
    return left > 0;
  }

  /** Work took so long. */
  synchronized void spend(long nanos) {
    left -= nanos;
  }
}
