package dev.vgg16.feature.pipeline;

import dev.vgg16.inference.batch.Batcher;
import io.opentelemetry.api.metrics.LongGaugeBuilder;
import io.opentelemetry.api.metrics.Meter;
import java.util.function.LongSupplier;

/** Metrics of the batcher's queue. */
public final class QueueMetrics {

  private QueueMetrics() {}

  /** Registers them with the meter. */
  public static void of(Batcher<?, ?> batcher, Meter meter) {
    observe(gauge(meter, "vgg16.batch.queued", "Images in the queue"), batcher::queueLength);
    observe(
        gauge(meter, "vgg16.batch.queued.bytes", "What the images in the queue hold").setUnit("By"),
        batcher::queueBytes);
    observe(
        gauge(meter, "vgg16.batch.parked", "Images of streams that wait for a place in the queue"),
        batcher::parkedItems);
  }

  private static LongGaugeBuilder gauge(Meter meter, String name, String description) {
    return meter.gaugeBuilder(name).ofLongs().setDescription(description);
  }

  private static void observe(LongGaugeBuilder gauge, LongSupplier value) {
    var unused = gauge.buildWithCallback(out -> out.record(value.getAsLong()));
  }
}
