package dev.vgg16.feature.load;

import dev.vgg16.feature.pipeline.ImageMetrics;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.inference.batch.BatcherListener;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts images and batches since the start, also where no metrics are recorded. Passes the
 * batcher's events on.
 */
public final class LoadCounters implements BatcherListener, ImageMetrics.Recorder {

  private final BatcherListener next;
  private final LatencyHistogram latency = new LatencyHistogram();
  private final LongAdder failed = new LongAdder();
  private final LongAdder batches = new LongAdder();
  private final LongAdder batchedImages = new LongAdder();

  public LoadCounters(BatcherListener next) {
    this.next = next;
  }

  @Override
  public void answered(StageTimes times) {
    latency.add(times.total());
  }

  @Override
  public void failed() {
    failed.increment();
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
    batches.increment();
    batchedImages.add(size);
    next.ran(size, nanos);
  }

  LatencyHistogram latency() {
    return latency;
  }

  long imagesFailed() {
    return failed.sum();
  }

  long batches() {
    return batches.sum();
  }

  long batchedImages() {
    return batchedImages.sum();
  }
}
