package dev.vgg16.head.registry;

import com.google.common.base.Ticker;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs one line when a scan takes very long and one when it ends. Thread-safe. */
final class SlowScanLog {

  private static final Logger logger = LoggerFactory.getLogger(SlowScanLog.class);

  /** Loading a head of 2 GB from a disk takes less. */
  static final Duration LONG = Duration.ofMinutes(1);

  private final Ticker ticker;

  @GuardedBy("this")
  private boolean scanning;

  @GuardedBy("this")
  private boolean logged;

  @GuardedBy("this")
  private long since;

  SlowScanLog(Ticker ticker) {
    this.ticker = ticker;
  }

  synchronized void began() {
    scanning = true;
    since = ticker.read();
  }

  /** To be called periodically, from another thread. */
  synchronized void check() {
    if (scanning && !logged && ticker.read() - since >= LONG.toNanos()) {
      logged = true;
      logger.warn(
          "the folder of heads is being scanned, or a head loaded, for {} s: its file system may hang. Heads stay as they are",
          LONG.toSeconds());
    }
  }

  synchronized void ended() {
    scanning = false;
    if (logged) {
      logged = false;
      logger.info("the folder of heads is watched again");
    }
  }
}
