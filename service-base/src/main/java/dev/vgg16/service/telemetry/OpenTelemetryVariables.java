package dev.vgg16.service.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.resources.ResourceBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * OpenTelemetry's environment variables, such as {@code OTEL_METRICS_EXPORTER}. Without them
 * nothing is sent: the exporters are {@code none} by default.
 */
final class OpenTelemetryVariables {

  private static final String PREFIX = "OTEL_";

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.metrics.exporter", "none",
          "otel.traces.exporter", "none",
          "otel.logs.exporter", "none",
          "otel.exporter.otlp.protocol", "http/protobuf");

  private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");

  private static final AttributeKey<String> SERVICE_VERSION =
      AttributeKey.stringKey("service.version");

  private final ServiceBuild build;
  private final Map<String, String> properties;

  /**
   * @param build the service's name and version, unless a variable has others
   */
  OpenTelemetryVariables(ServiceBuild build, Map<String, String> environment) {
    this.build = build;
    this.properties = new HashMap<>(DEFAULTS);
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX) && !value.isBlank()) {
            properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
  }

  /** Whether there are any. */
  static boolean areIn(Map<String, String> environment) {
    return environment.keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
  }

  /** Whether they name where spans go. */
  boolean haveTracesExporter() {
    return !"none".equals(properties.get("otel.traces.exporter"))
        && !Boolean.parseBoolean(properties.get("otel.sdk.disabled"));
  }

  /**
   * An SDK as they say, which is not the global one and has no shutdown hook.
   *
   * @param reader also gets the metrics
   * @throws IllegalStateException when a value can't be used; names its property
   */
  OpenTelemetrySdk sdk(Optional<MetricReader> reader) {
    requirePresent();
    try {
      return AutoConfiguredOpenTelemetrySdk.builder()
          .disableShutdownHook()
          .addPropertiesSupplier(() -> properties)
          .addResourceCustomizer((resource, config) -> named(resource))
          .addMeterProviderCustomizer(
              (meters, config) -> {
                reader.ifPresent(meters::registerMetricReader);
                return meters;
              })
          .build()
          .getOpenTelemetrySdk();
    } catch (ConfigurationException e) {
      throw new IllegalStateException("OpenTelemetry's variables: " + describe(e), e);
    }
  }

  /** Refuses what is common elsewhere and not part of the services. */
  private void requirePresent() {
    for (String signal : List.of("", "metrics.", "traces.", "logs.")) {
      String name = "otel.exporter.otlp.%sprotocol".formatted(signal);
      if ("grpc".equals(properties.get(name))) {
        throw new IllegalStateException(variable(name) + " must be http/protobuf, not grpc");
      }
    }
    String metrics = "otel.metrics.exporter";
    if (properties.getOrDefault(metrics, "").contains("prometheus")) {
      throw new IllegalStateException(
          variable(metrics)
              + " must not name prometheus: the management port has its /metrics without it");
    }
  }

  private static String variable(String property) {
    return property.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  private Resource named(Resource resource) {
    ResourceBuilder named = resource.toBuilder();
    String unknown = Resource.getDefault().getAttribute(SERVICE_NAME);
    if (String.valueOf(unknown).equals(resource.getAttribute(SERVICE_NAME))) {
      named.put(SERVICE_NAME, build.service());
    }
    if (resource.getAttribute(SERVICE_VERSION) == null) {
      named.put(SERVICE_VERSION, build.version());
    }
    return named.build();
  }

  private static String describe(ConfigurationException e) {
    return e.getCause() == null || e.getCause().getMessage() == null
        ? String.valueOf(e.getMessage())
        : "%s (%s)".formatted(e.getMessage(), e.getCause().getMessage());
  }
}
