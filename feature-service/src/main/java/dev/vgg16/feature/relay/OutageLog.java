package dev.vgg16.feature.relay;

import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs outages, in which no head replica can be reached: a line for the begin and one for the end.
 * Not thread-safe.
 */
final class OutageLog {

  private static final Logger logger = LoggerFactory.getLogger(OutageLog.class);

  /** Shorter ones are broken streams, or services that start together. */
  static final Duration SHORTEST = Duration.ofSeconds(5);

  private final String target;
  private long lastAvailable;
  private boolean isLogged;

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
      if (isLogged) {
        logger.info(
            "head replicas can be reached at {}, after {} s", target, nanos / 1_000_000_000);
      }
      isLogged = false;
      lastAvailable = now;
    } else if (!isLogged && nanos >= SHORTEST.toNanos()) {
      isLogged = true;
      logger.warn(
          "no head replica can be reached at {}, and Classify answers UNAVAILABLE until one can: {}",
          target,
          reason.get());
    }
  }
}
