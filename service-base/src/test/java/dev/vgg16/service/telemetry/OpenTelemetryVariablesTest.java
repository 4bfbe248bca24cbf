package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenTelemetryVariablesTest {

  private static final ServiceBuild BUILD = new ServiceBuild("head-service", "1.2.3", "abc");

  private static String page(Telemetry telemetry) {
    return telemetry.expose(null).body().toStringUtf8();
  }

  private static String pageOf(Map<String, String> environment) {
    try (Telemetry telemetry = Telemetry.of(BUILD, true, environment)) {
      recordCats(telemetry);
      return page(telemetry);
    }
  }

  private static void recordCats(Telemetry telemetry) {
    telemetry.meter().counterBuilder("cats").build().add(3);
    telemetry.meter().histogramBuilder("dogs").setUnit("s").build().record(0.3);
  }

  @ParameterizedTest
  @CsvSource({
    "OTEL_TRACES_EXPORTER, otlp, , , true",
    "OTEL_TRACES_EXPORTER, none, , , false",
    "OTEL_METRICS_EXPORTER, otlp, , , false",
    "OTEL_TRACES_EXPORTER, otlp, OTEL_SDK_DISABLED, true, false",
  })
  void tracesWhereSpansAreSent(
      String name, String value, String otherName, String otherValue, boolean traces) {
    Map<String, String> environment = new HashMap<>(Map.of(name, value));
    // Where nobody listens: what is sent at the end fails at once.
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    if (otherName != null) {
      environment.put(otherName, otherValue);
    }
    try (Telemetry telemetry = Telemetry.of(BUILD, true, environment)) {
      assertThat(telemetry.tracer().isPresent()).isEqualTo(traces);
    }
  }

  private static Map<String, String> attributes(ResourceMetrics metrics) {
    return metrics.getResource().getAttributesList().stream()
        .collect(Collectors.toMap(KeyValue::getKey, each -> each.getValue().getStringValue()));
  }

  private static Map<String, String> sendingTo(OtlpReceiver receiver) {
    return Map.of(
        "OTEL_METRICS_EXPORTER", "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint());
  }

  private static ResourceMetrics onlyOne(OtlpReceiver receiver) throws InterruptedException {
    ExportMetricsServiceRequest request = receiver.take();
    assertThat(receiver.hasMetrics()).isFalse();
    assertThat(request.getResourceMetricsList()).hasSize(1);
    return request.getResourceMetrics(0);
  }

  private static List<Metric> metrics(ResourceMetrics metrics) {
    return metrics.getScopeMetricsList().stream()
        .filter(scope -> scope.getScope().getName().equals("dev.vgg16"))
        .flatMap(scope -> scope.getMetricsList().stream())
        .toList();
  }

  @Test
  void withoutThemNothingIsRecordedThatNobodySees() {
    try (Telemetry telemetry = Telemetry.of(BUILD, false, Map.of("PATH", "/bin"))) {
      assertThat(telemetry.openTelemetry()).isSameAs(OpenTelemetry.noop());
      assertThat(telemetry.isOn()).isFalse();
    }
  }

  @Test
  void closingSendsTheMetrics() throws Exception {
    try (OtlpReceiver receiver = new OtlpReceiver()) {
      try (Telemetry telemetry = Telemetry.of(BUILD, false, sendingTo(receiver))) {
        assertThat(telemetry.isOn()).isTrue();
        recordCats(telemetry);
        assertThat(receiver.hasMetrics()).isFalse();
      }
      ResourceMetrics sent = onlyOne(receiver);
      Map<String, Metric> metrics =
          metrics(sent).stream().collect(Collectors.toMap(Metric::getName, each -> each));
      assertThat(metrics).containsOnlyKeys("cats", "dogs");
      assertThat(metrics.get("cats").getSum().getDataPoints(0).getAsInt()).isEqualTo(3);
      assertThat(attributes(sent)).containsEntry("service.name", "head-service");
    }
  }

  @Test
  void thePageOfPrometheusStaysWhenMetricsAreSent() throws IOException {
    try (OtlpReceiver receiver = new OtlpReceiver();
        Telemetry telemetry = Telemetry.of(BUILD, true, sendingTo(receiver))) {
      recordCats(telemetry);
      assertThat(samples(page(telemetry))).isEqualTo(samples(pageOf(Map.of())));
    }
  }

  /** All but the line about the resource, which has what the variables add. */
  private static List<String> samples(String page) {
    assertThat(page).contains("cats_total", "dogs_seconds_bucket");
    return page.lines().filter(line -> !line.startsWith("target_info")).toList();
  }

  @Test
  void aNameAndAttributesOfTheOperatorWin() throws Exception {
    try (OtlpReceiver receiver = new OtlpReceiver()) {
      Map<String, String> environment = new HashMap<>(sendingTo(receiver));
      environment.put("OTEL_RESOURCE_ATTRIBUTES", "service.name=cats,zone=a");
      try (Telemetry telemetry = Telemetry.of(BUILD, false, environment)) {
        recordCats(telemetry);
      }
      assertThat(attributes(onlyOne(receiver)))
          .containsEntry("service.name", "cats")
          .containsEntry("service.version", "1.2.3")
          .containsEntry("zone", "a");
    }
    assertThat(pageOf(Map.of("OTEL_SERVICE_NAME", "dogs"))).contains("service_name=\"dogs\"");
  }

  @Test
  void aDisabledSdkRecordsNothing() {
    assertThat(pageOf(Map.of("OTEL_SDK_DISABLED", "true")))
        .contains("vgg16_build_info")
        .doesNotContain("cats");
  }

  @Test
  void theGlobalInstanceStaysAsItWas() {
    assertThat(pageOf(Map.of("OTEL_SERVICE_NAME", "dogs"))).isNotEmpty();
    assertThat(GlobalOpenTelemetry.isSet()).isFalse();
  }

  @Test
  void aTracesExporterRecordsSpans() {
    Map<String, String> environment =
        Map.of("OTEL_TRACES_EXPORTER", "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://[::1]:1");
    try (Telemetry telemetry = Telemetry.of(BUILD, false, environment)) {
      assertThat(telemetry.openTelemetry().getTracer("test").spanBuilder("a").startSpan())
          .matches(span -> span.getSpanContext().isValid());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OTEL_METRICS_EXPORTER, carrier-pigeon, otel.metrics.exporter: carrier-pigeon",
    "OTEL_METRICS_EXPORTER, prometheus, OTEL_METRICS_EXPORTER must not name prometheus",
    "OTEL_EXPORTER_OTLP_PROTOCOL, grpc, OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf",
    "OTEL_EXPORTER_OTLP_PROTOCOL, x, Unsupported OTLP metrics protocol: x",
    "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL, grpc, OTEL_EXPORTER_OTLP_METRICS_PROTOCOL must be",
    "OTEL_EXPORTER_OTLP_ENDPOINT, pigeon:a, must be a valid URL: pigeon:a",
    "OTEL_METRIC_EXPORT_INTERVAL, soon, otel.metric.export.interval=soon",
    "OTEL_RESOURCE_ATTRIBUTES, cats, otel.resource.attributes",
    "OTEL_PROPAGATORS, pigeon, otel.propagators: pigeon",
  })
  void aBadValueIsOneLine(String name, String value, String message) {
    Map<String, String> environment = new HashMap<>(Map.of("OTEL_METRICS_EXPORTER", "otlp"));
    environment.put(name, value);
    assertThatThrownBy(() -> Telemetry.of(BUILD, true, environment))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContainPattern(Pattern.compile("\\R"));
  }
}
