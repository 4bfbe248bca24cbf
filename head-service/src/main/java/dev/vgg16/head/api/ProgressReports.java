package dev.vgg16.head.api;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.vgg16.serving.grpc.ItemStream;
import dev.vgg16.v1.Progress;
import dev.vgg16.v1.ScoreStreamResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the clients of silent streams that this replica works, so that none takes it for one that
 * hangs. All streams are told, as a stream's requests may wait for the threads that score those of
 * others. Thread-safe.
 */
public final class ProgressReports implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(ProgressReports.class);

  private static final ScoreStreamResponse MESSAGE =
      ScoreStreamResponse.newBuilder().setProgress(Progress.getDefaultInstance()).build();

  private final Set<ItemStream<?, ScoreStreamResponse>> streams = ConcurrentHashMap.newKeySet();
  private final AtomicInteger underWay = new AtomicInteger();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setNameFormat("progress").setDaemon(true).build());

  /** For tests, which call {@link #report} themselves. */
  ProgressReports() {}

  /** Reports every so often. */
  public static ProgressReports every(Duration interval) {
    ProgressReports reports = new ProgressReports();
    var unused =
        reports.timer.scheduleWithFixedDelay(
            reports::report, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return reports;
  }

  /** Tells the streams on which nothing was sent since the last report, if there is work. */
  void report() {
    try {
      boolean busy = isBusy();
      streams.removeIf(stream -> busy ? !stream.breakSilence(MESSAGE) : stream.isOver());
    } catch (RuntimeException e) {
      // An exception would end the timer.
      logger.error("progress can't be reported: {}", e.toString(), e);
    }
  }

  void add(ItemStream<?, ScoreStreamResponse> stream) {
    streams.add(stream);
  }

  /** Whether requests are worked on. */
  boolean isBusy() {
    return underWay.get() > 0;
  }

  void began() {
    underWay.incrementAndGet();
  }

  void ended() {
    underWay.decrementAndGet();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
