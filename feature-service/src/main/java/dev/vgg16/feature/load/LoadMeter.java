package dev.vgg16.feature.load;

import com.google.common.base.Ticker;
import dev.vgg16.inference.batch.BatcherListener;
import dev.vgg16.service.load.LoadReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/**
 * Measures the load of the backbone: the part of their time for which the workers run, and the
 * seconds that an image would wait for its turn. Each is measured over the last seconds, so that a
 * single batch moves it little. Passes the batcher's events on.
 */
public final class LoadMeter implements BatcherListener {

  /** Of the past that a report is about. */
  private static final Duration WINDOW = Duration.ofSeconds(5);

  private static final double MAX_WAIT_SECONDS = 60;

  private final BatcherListener next;
  private final int workers;
  private final Ticker ticker;
  private final LongAdder images = new LongAdder();
  private final LongAdder busyNanos = new LongAdder();

  /** Used by {@link #report} alone. */
  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(long nanos, long images, long busyNanos) {}

  /**
   * @param workers that run at a time
   */
  public LoadMeter(BatcherListener next, int workers, Ticker ticker) {
    this.next = next;
    this.workers = workers;
    this.ticker = ticker;
    samples.add(sample());
  }

  /** The load since about {@link #WINDOW} ago. Not thread-safe; to be called once in a while. */
  public LoadReport report(IntSupplier waiting) {
    Sample now = sample();
    while (samples.size() > 1 && now.nanos - samples.getFirst().nanos > WINDOW.toNanos()) {
      samples.removeFirst();
    }
    Sample then = samples.getFirst();
    samples.addLast(now);
    double seconds = (now.nanos - then.nanos) / 1e9;
    if (seconds <= 0) {
      return new LoadReport(0, 0);
    }
    double perSecond = (now.images - then.images) / seconds;
    double busy = Math.min(1, (now.busyNanos - then.busyNanos) / 1e9 / workers / seconds);
    return new LoadReport(busy + waitSeconds(waiting.getAsInt(), perSecond), perSecond);
  }

  private static double waitSeconds(int waiting, double perSecond) {
    return waiting == 0 ? 0 : Math.min(MAX_WAIT_SECONDS, waiting / perSecond);
  }

  private Sample sample() {
    return new Sample(ticker.read(), images.sum(), busyNanos.sum());
  }

  @Override
  public void refused(Refusal reason) {
    next.refused(reason);
  }

  @Override
  public void cancelled() {
    next.cancelled();
  }

  @Override
  public void prepared(long nanos) {
    next.prepared(nanos);
  }

  @Override
  public void ran(int size, long nanos) {
    images.add(size);
    busyNanos.add(nanos);
    next.ran(size, nanos);
  }
}
