package dev.vgg16.feature.relay;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.vgg16.inference.onnx.OutputForm;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.Map;
import java.util.function.Function;

/** Counts the maps that are sent to the heads. */
final class RelayMetrics {

  private static final AttributeKey<String> TYPE = AttributeKey.stringKey("type");
  private static final AttributeKey<Boolean> POOLED = AttributeKey.booleanKey("pooled");

  private final LongCounter maps;
  private final Map<OutputForm, Attributes> labels;

  RelayMetrics(Meter meter, WireOptions wire) {
    maps =
        meter
            .counterBuilder("vgg16.relay.maps")
            .setDescription("Maps sent to the heads, by their form")
            .build();
    labels =
        wire.forms().stream().collect(toUnmodifiableMap(Function.identity(), RelayMetrics::of));
    // Exports the counters as 0 before their first event.
    labels.values().forEach(form -> maps.add(0, form));
  }

  private static Attributes of(OutputForm form) {
    return Attributes.of(TYPE, form.type().toString(), POOLED, form.pooled());
  }

  void sent(OutputForm form, int count) {
    maps.add(count, labels.get(form));
  }
}
