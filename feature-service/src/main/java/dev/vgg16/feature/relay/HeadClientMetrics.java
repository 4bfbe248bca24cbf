package dev.vgg16.feature.relay;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongGaugeBuilder;
import io.opentelemetry.api.metrics.Meter;

/** Metrics of the head replicas, and of the maps that have no answer of theirs yet. */
public final class HeadClientMetrics {

  private static final AttributeKey<String> STATE = AttributeKey.stringKey("state");
  private static final Attributes AVAILABLE = Attributes.of(STATE, "available");
  private static final Attributes UNAVAILABLE = Attributes.of(STATE, "unavailable");

  private HeadClientMetrics() {}

  /** Registers them with the meter. */
  public static void of(HeadClient heads, Meter meter) {
    var unusedReplicas =
        gauge(meter, "vgg16.relay.replicas", "Head replicas that the name resolves to")
            .buildWithCallback(
                out -> {
                  ReplicaCounts replicas = heads.replicas();
                  out.record(replicas.available(), AVAILABLE);
                  out.record(replicas.unavailable(), UNAVAILABLE);
                });
    var unusedInFlight =
        gauge(meter, "vgg16.relay.maps.in.flight", "Maps sent to a head replica, and not answered")
            .buildWithCallback(out -> out.record(heads.mapsInFlight()));
    var unusedWaiting =
        gauge(meter, "vgg16.relay.maps.waiting", "Maps that wait for a head replica, or a retry")
            .buildWithCallback(out -> out.record(heads.mapsWaiting()));
  }

  private static LongGaugeBuilder gauge(Meter meter, String name, String description) {
    return meter.gaugeBuilder(name).ofLongs().setDescription(description);
  }
}
