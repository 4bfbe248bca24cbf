package dev.vgg16.head.api;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.vgg16.service.grpc.ItemStream;
import dev.vgg16.v1.Progress;
import dev.vgg16.v1.ScoreStreamResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends progress messages on idle streams while requests are being scored, so that clients do not
 * take this replica for one that hangs. All streams get them, since requests of one stream may wait
 * for threads that score those of others. A thread that has not finished a step of its request
 * within {@link #MAX_STEP} counts as stuck, and not as progress. Thread-safe.
 */
public final class ProgressReports implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(ProgressReports.class);

  /** No run of a head, heat map or serialization takes as long. */
  static final Duration MAX_STEP = Duration.ofSeconds(30);

  private static final ScoreStreamResponse MESSAGE =
      ScoreStreamResponse.newBuilder().setProgress(Progress.getDefaultInstance()).build();

  private final Set<ItemStream<?, ScoreStreamResponse>> streams = ConcurrentHashMap.newKeySet();
  private final Ticker ticker;

  /**
   * The threads with a request in progress, and when each last began it or finished a step of it.
   */
  private final Map<Thread, Long> lastSteps = new ConcurrentHashMap<>();

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setNameFormat("progress").setDaemon(true).build());

  /** For tests, which call {@link #report} themselves. */
  ProgressReports() {
    this(Ticker.systemTicker());
  }

  ProgressReports(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Reports at an interval. */
  public static ProgressReports every(Duration interval) {
    ProgressReports reports = new ProgressReports();
    var unused =
        reports.timer.scheduleWithFixedDelay(
            reports::report, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return reports;
  }

  /** Reports on the streams that sent nothing since the last time, if requests are worked on. */
  void report() {
    try {
      boolean busy = isBusy();
      streams.removeIf(stream -> busy ? !stream.sendIfIdle(MESSAGE) : stream.isEnded());
    } catch (RuntimeException e) {
      // An exception would end the timer.
      logger.error("progress can't be reported: {}", e.toString(), e);
    }
  }

  void add(ItemStream<?, ScoreStreamResponse> stream) {
    streams.add(stream);
  }

  /** Whether a thread that is not stuck works on a request. */
  boolean isBusy() {
    long now = ticker.read();
    return lastSteps.values().stream().anyMatch(step -> now - step < MAX_STEP.toNanos());
  }

  /** This thread begins to work on a request. */
  void began() {
    lastSteps.put(Thread.currentThread(), ticker.read());
  }

  /** This thread has finished a part of its request, such as a run of a head. */
  public void step() {
    lastSteps.computeIfPresent(Thread.currentThread(), (thread, last) -> ticker.read());
  }

  /** This thread's request is answered. */
  void ended() {
    lastSteps.remove(Thread.currentThread());
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
