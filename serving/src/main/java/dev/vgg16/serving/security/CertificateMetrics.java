package dev.vgg16.serving.security;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;

/** When certificates end, as a metric. */
public final class CertificateMetrics {

  private static final AttributeKey<String> USE = AttributeKey.stringKey("use");

  private CertificateMetrics() {}

  /**
   * Tells the end of a certificate; ends with the meter.
   *
   * @param use of it, such as {@code server}
   */
  public static void of(CertificateExpiry expiry, String use, Meter meter) {
    Attributes labels = Attributes.of(USE, use);
    var unused =
        meter
            .gaugeBuilder("vgg16.tls.certificate.expiry")
            .setDescription("When the certificate in use ends, in seconds since 1970")
            .setUnit("s")
            .ofLongs()
            .buildWithCallback(gauge -> gauge.record(expiry.end().getEpochSecond(), labels));
  }
}
