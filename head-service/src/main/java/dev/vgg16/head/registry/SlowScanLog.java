package dev.vgg16.head.registry;

import com.google.common.base.Ticker;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says of a look that takes very long one line when that is noticed and one when it ends.
 * Thread-safe.
 */
final class SlowScanLog {

  private static final Logger logger = LoggerFactory.getLogger(SlowScanLog.class);

  /** To load a head of 2 GB takes less, from a disk. */
  static final Duration LONG = Duration.ofMinutes(1);

  private final Ticker ticker;

  // All below is guarded by this.
  private boolean looking;
  private boolean told;
  private long since;

  SlowScanLog(Ticker ticker) {
    this.ticker = ticker;
  }

  synchronized void began() {
    looking = true;
    since = ticker.read();
  }

  /** To be called every so often, from another thread. */
  synchronized void check() {
    if (looking && !told && ticker.read() - since >= LONG.toNanos()) {
      told = true;
      logger.warn(
          "the folder of heads is being looked at, or a head loaded, for {} s: its file system may hang. Heads stay as they are",
          LONG.toSeconds());
    }
  }

  synchronized void ended() {
    looking = false;
    if (told) {
      told = false;
      logger.info("the folder of heads is watched again");
    }
  }
}
