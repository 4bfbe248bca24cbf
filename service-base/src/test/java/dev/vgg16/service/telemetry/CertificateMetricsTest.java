package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CertificateMetricsTest {

  private static final Instant END = Instant.parse("2026-03-01T00:00:00Z");

  @Test
  void theExpiryIsAMetric() {
    try (Telemetry telemetry = Telemetry.prometheus("test")) {
      CertificateMetrics.of(() -> END, "server", telemetry.meter());
      assertThat(telemetry.expose(null).body().toStringUtf8().lines())
          .anyMatch(
              line ->
                  line.startsWith("vgg16_tls_certificate_expiry_seconds{")
                      && line.contains("use=\"server\"")
                      && Double.parseDouble(line.replaceFirst(".* ", "")) == END.getEpochSecond());
    }
  }
}
