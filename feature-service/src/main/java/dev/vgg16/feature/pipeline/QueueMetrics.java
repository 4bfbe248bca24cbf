package dev.vgg16.feature.pipeline;

import dev.vgg16.inference.batch.Batcher;
import dev.vgg16.inference.batch.BatcherOptions;
import io.opentelemetry.api.metrics.LongGaugeBuilder;
import io.opentelemetry.api.metrics.Meter;
import java.util.function.LongSupplier;

/** Metrics of the batcher's queue, and the limits that they are compared with. */
public final class QueueMetrics {

  private QueueMetrics() {}

  /** Registers them with the meter. */
  public static void of(Batcher<?, ?> batcher, BatcherOptions limits, Meter meter) {
    observe(gauge(meter, "vgg16.batch.queued", "Images in the queue"), batcher::queueLength);
    observe(
        gauge(meter, "vgg16.batch.queued.bytes", "What the images in the queue hold").setUnit("By"),
        batcher::queueBytes);
    observe(
        gauge(meter, "vgg16.batch.parked", "Images of streams that wait for a place in the queue"),
        batcher::parkedItems);
    observe(
        gauge(meter, "vgg16.batch.queue.limit", "Images that the queue has room for"),
        limits::queueCapacity);
    observe(
        gauge(meter, "vgg16.batch.queue.limit.bytes", "Bytes of images that it has room for")
            .setUnit("By"),
        limits::queueBytes);
    observe(
        gauge(meter, "vgg16.batch.workers", "Backbone runs at a time, at most"), limits::workers);
  }

  private static LongGaugeBuilder gauge(Meter meter, String name, String description) {
    return meter.gaugeBuilder(name).ofLongs().setDescription(description);
  }

  private static void observe(LongGaugeBuilder gauge, LongSupplier value) {
    var unused = gauge.buildWithCallback(out -> out.record(value.getAsLong()));
  }
}
