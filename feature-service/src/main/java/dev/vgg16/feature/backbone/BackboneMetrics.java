package dev.vgg16.feature.backbone;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;

/** What runs, as the attributes of a gauge that is always 1. */
public final class BackboneMetrics {

  private BackboneMetrics() {}

  /** Registers it with the meter. */
  public static void of(Backbone backbone, Meter meter) {
    Attributes attributes =
        Attributes.builder()
            .put("backbone", backbone.manifest().id())
            .put("precision", backbone.precision().toString())
            .put("execution_provider", backbone.provider().toString())
            .put("device", backbone.provider().device())
            .build();
    var unused =
        meter
            .gaugeBuilder("vgg16.backbone")
            .ofLongs()
            .setDescription("The backbone that runs, and what runs it; always 1")
            .buildWithCallback(out -> out.record(1, attributes));
  }
}
