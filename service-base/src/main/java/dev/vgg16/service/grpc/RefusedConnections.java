package dev.vgg16.service.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log of connections that are refused, with a line a minute at most. Thread-safe. */
final class RefusedConnections {

  private static final Logger logger = LoggerFactory.getLogger(RefusedConnections.class);

  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;

  @GuardedBy("this")
  private long refused;

  @GuardedBy("this")
  private long told;

  /**
   * @param nanoTime like {@link System#nanoTime}
   */
  RefusedConnections(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.told = nanoTime.getAsLong() - PAUSE.toNanos();
  }

  /**
   * @param most how many there may be
   */
  synchronized void refused(Object from, int most) {
    refused++;
    long now = nanoTime.getAsLong();
    if (now - told >= PAUSE.toNanos()) {
      logger.warn(
          "{} connection(s) refused, the last from {}: of at most {} (--max-connections) too many"
              + " are of its address, or none is free, and all have calls",
          refused,
          from,
          most);
      refused = 0;
      told = now;
    }
  }
}
