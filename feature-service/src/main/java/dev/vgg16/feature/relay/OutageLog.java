package dev.vgg16.feature.relay;

import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that no head replica can be reached: a line when that begins and one when it ends. Not
 * thread-safe.
 */
final class OutageLog {

  private static final Logger logger = LoggerFactory.getLogger(OutageLog.class);

  /** Shorter ones are lost streams, or services that start together. */
  static final Duration SHORTEST = Duration.ofSeconds(5);

  private final String target;
  private long lastAvailable;
  private boolean isTold;

  OutageLog(String target, long now) {
    this.target = target;
    this.lastAvailable = now;
  }

  /**
   * @param available whether a replica can be reached
   * @param reason why none can be
   */
  void tick(boolean available, long now, Supplier<String> reason) {
    long nanos = now - lastAvailable;
    if (available) {
      if (isTold) {
        logger.info(
            "head replicas can be reached at {}, after {} s", target, nanos / 1_000_000_000);
      }
      isTold = false;
      lastAvailable = now;
    } else if (!isTold && nanos >= SHORTEST.toNanos()) {
      isTold = true;
      logger.warn(
          "no head replica can be reached at {}, and Classify answers UNAVAILABLE until one can: {}",
          target,
          reason.get());
    }
  }
}
