package dev.vgg16.feature.pipeline;

import dev.vgg16.inference.batch.BatcherListener;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;

/** The batcher's metrics. */
public final class BatcherMetrics implements BatcherListener {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final List<Double> SECONDS =
      List.of(.0001, .0002, .0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1., 2., 5.);

  private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");
  private static final Attributes FULL = Attributes.of(REASON, "full");
  private static final Attributes TOO_LATE = Attributes.of(REASON, "too_late");

  private final LongCounter refused;
  private final LongCounter cancelled;
  private final LongHistogram batchSize;
  private final DoubleHistogram prepareSeconds;
  private final DoubleHistogram runSeconds;

  public BatcherMetrics(Meter meter) {
    refused =
        meter
            .counterBuilder("vgg16.batch.refused")
            .setDescription(
                "Images refused: the queue was full, or their turn would have come too late")
            .build();
    cancelled =
        meter
            .counterBuilder("vgg16.batch.abandoned")
            .setDescription("Images dropped before their run because their call was cancelled")
            .build();
    batchSize =
        meter
            .histogramBuilder("vgg16.batch.size")
            .setDescription("Images in a run")
            .ofLongs()
            .setExplicitBucketBoundariesAdvice(List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L))
            .build();
    prepareSeconds =
        meter
            .histogramBuilder("vgg16.decode.duration")
            .setDescription("Decoding of one image")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(SECONDS)
            .build();
    runSeconds =
        meter
            .histogramBuilder("vgg16.batch.duration")
            .setDescription("One backbone run, and sending its maps")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(SECONDS)
            .build();
    // Exports the counters as 0 before their first event.
    refused.add(0, FULL);
    refused.add(0, TOO_LATE);
    cancelled.add(0);
  }

  @Override
  public void refused(Refusal why) {
    refused.add(1, why == Refusal.FULL ? FULL : TOO_LATE);
  }

  @Override
  public void cancelled() {
    cancelled.add(1);
  }

  @Override
  public void prepared(long nanos) {
    prepareSeconds.record(nanos / NANOS_PER_SECOND);
  }

  @Override
  public void ran(int size, long nanos) {
    batchSize.record(size);
    runSeconds.record(nanos / NANOS_PER_SECOND);
  }
}
