package dev.vgg16.service.grpc;

import com.google.common.collect.Comparators;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drains streams that have reached their age, from a thread of its own. */
public final class StreamAgeCheck implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(StreamAgeCheck.class);

  /** Of the age; much less than the ages of streams differ. */
  private static final int CHECKS = 100;

  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setNameFormat("stream-age").setDaemon(true).build());

  private StreamAgeCheck(OpenStreams streams, Duration interval) {
    var unused =
        timer.scheduleWithFixedDelay(
            () -> check(streams), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Starts to look at the streams.
   *
   * @param age of these streams; must be limited
   */
  public static StreamAgeCheck start(OpenStreams streams, StreamAge age) {
    return new StreamAgeCheck(
        streams, Comparators.min(LONGEST_INTERVAL, age.age().dividedBy(CHECKS)));
  }

  private static void check(OpenStreams streams) {
    try {
      streams.drainOld();
    } catch (RuntimeException e) {
      // An exception would end the timer.
      logger.error("old streams can't be drained: {}", e.toString(), e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
