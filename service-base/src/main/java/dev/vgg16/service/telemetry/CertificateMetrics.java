package dev.vgg16.service.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import java.time.Instant;
import java.util.function.Supplier;

/** When certificates expire, as a metric. */
public final class CertificateMetrics {

  private static final AttributeKey<String> USE = AttributeKey.stringKey("use");

  private CertificateMetrics() {}

  /**
   * Exports a certificate's expiry until the meter is closed.
   *
   * @param notAfter when the certificate in use expires
   * @param use of the certificate, such as {@code server}
   */
  public static void of(Supplier<Instant> notAfter, String use, Meter meter) {
    Attributes labels = Attributes.of(USE, use);
    var unused =
        meter
            .gaugeBuilder("vgg16.tls.certificate.expiry")
            .setDescription("When the certificate in use expires, in seconds since 1970")
            .setUnit("s")
            .ofLongs()
            .buildWithCallback(gauge -> gauge.record(notAfter.get().getEpochSecond(), labels));
  }
}
