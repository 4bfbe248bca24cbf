package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.Test;

class TelemetryTest {

  private static String text(Telemetry telemetry) {
    return telemetry.expose(null).body().toStringUtf8();
  }

  @Test
  void noneRecordsNothing() {
    try (Telemetry telemetry = Telemetry.none()) {
      assertThat(telemetry.openTelemetry()).isSameAs(OpenTelemetry.noop());
      telemetry.meter().counterBuilder("cats").build().add(1);
      assertThat(telemetry.grpc()).isNotNull();
      assertThat(text(telemetry)).isEmpty();
    }
  }

  @Test
  void exposesCounters() {
    try (Telemetry telemetry = Telemetry.prometheus("feature-service")) {
      telemetry.meter().counterBuilder("cats").build().add(3);
      assertThat(text(telemetry))
          .containsPattern("(?m)^cats_total\\{.*} 3(\\.0)?$")
          .contains("service_name=\"feature-service\"");
    }
  }

  @Test
  void negotiatesOpenMetrics() {
    try (Telemetry telemetry = Telemetry.prometheus("feature-service")) {
      Telemetry.Exposition exposition = telemetry.expose("application/openmetrics-text");
      assertThat(exposition.contentType()).startsWith("application/openmetrics-text");
      assertThat(exposition.body().toStringUtf8()).endsWith("# EOF\n");
    }
  }

  @Test
  void metricsAloneMeanNoTraces() {
    try (Telemetry telemetry = Telemetry.prometheus("feature-service")) {
      assertThat(telemetry.tracer()).isEmpty();
    }
    assertThat(Telemetry.none().tracer()).isEmpty();
  }

  @Test
  void closeIsIdempotent() {
    Telemetry telemetry = Telemetry.prometheus("test");
    telemetry.close();
    telemetry.close();
  }

  @Test
  void droppedLogLinesAreCountedFromZero() {
    try (Telemetry telemetry = Telemetry.prometheus("test")) {
      ServiceLog.measure(telemetry.meter());
      assertThat(text(telemetry)).containsPattern("(?m)^vgg16_log_dropped_total\\{.*} 0(\\.0)?$");
    }
  }
}
