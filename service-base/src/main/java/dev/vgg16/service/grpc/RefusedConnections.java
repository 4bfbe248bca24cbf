package dev.vgg16.service.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs refused connections, at most one line a minute. Thread-safe. */
final class RefusedConnections {

  private static final Logger logger = LoggerFactory.getLogger(RefusedConnections.class);

  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;

  @GuardedBy("this")
  private long refused;

  @GuardedBy("this")
  private long logged;

  /**
   * @param nanoTime like {@link System#nanoTime}
   */
  RefusedConnections(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.logged = nanoTime.getAsLong() - PERIOD.toNanos();
  }

  /**
   * @param most the most connections
   */
  synchronized void refused(Object from, int most) {
    refused++;
    long now = nanoTime.getAsLong();
    if (now - logged >= PERIOD.toNanos()) {
      logger.warn(
          "{} connection(s) refused, the last from {}: its address or all addresses together have reached"
              + " the limit (--max-connections, {} in total), and all connections have calls",
          refused,
          from,
          most);
      refused = 0;
      logged = now;
    }
  }
}
