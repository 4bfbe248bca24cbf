package dev.vgg16.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

class CertificateExpiryTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-03-01T00:00:00Z");
  private static final X509Certificate CERTIFICATE =
      new HeldCertificate.Builder()
          .validityInterval(BEGIN.toEpochMilli(), END.toEpochMilli())
          .build()
          .certificate();

  private final List<String> lines = new ArrayList<>();
  private final SetClock clock = new SetClock();
  private final CertificateExpiry expiry =
      new CertificateExpiry(Path.of("server.pem"), clock, lines::add);

  private static final class SetClock extends Clock {
    private Instant now = BEGIN;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void warnsFromAWeekBeforeTheEndOnceADay() {
    expiry.use(CERTIFICATE);
    clock.now = END.minus(Duration.ofDays(8));
    expiry.warn();
    assertThat(lines).isEmpty();
    for (int hour = 0; hour < 48; hour++) {
      clock.now = END.minus(Duration.ofHours(48 - hour));
      expiry.warn();
    }
    assertThat(lines)
        .containsExactly(
            "server.pem: the certificate expires in 48 hours, at 2026-03-01T00:00:00Z: replace it",
            "server.pem: the certificate expires in 24 hours, at 2026-03-01T00:00:00Z: replace it");
    clock.now = END.plus(Duration.ofDays(1));
    expiry.warn();
    assertThat(lines)
        .last()
        .asString()
        .startsWith("server.pem: the certificate expired at 2026-03-01T00:00:00Z");
  }

  @Test
  void warnsInTheLastQuarterOfAShortLifetime() {
    expiry.use(
        new HeldCertificate.Builder()
            .validityInterval(BEGIN.toEpochMilli(), BEGIN.plus(Duration.ofHours(24)).toEpochMilli())
            .build()
            .certificate());
    clock.now = BEGIN.plus(Duration.ofHours(17));
    expiry.warn();
    assertThat(lines).isEmpty();
    clock.now = BEGIN.plus(Duration.ofHours(19));
    expiry.warn();
    assertThat(lines).singleElement().asString().contains("expires in 5 hours");
  }

  @Test
  void aRenewedCertificateEndsTheWarnings() {
    clock.now = END.minus(Duration.ofDays(1));
    expiry.use(CERTIFICATE);
    assertThat(lines).hasSize(1);
    expiry.use(
        new HeldCertificate.Builder()
            .validityInterval(BEGIN.toEpochMilli(), END.plus(Duration.ofDays(90)).toEpochMilli())
            .build()
            .certificate());
    clock.now = END.plus(Duration.ofDays(1));
    expiry.warn();
    assertThat(lines).hasSize(1);
  }

  @Test
  void isRefusedOutsideItsValidity() {
    assertThatCode(() -> expiry.requireValid(CERTIFICATE)).doesNotThrowAnyException();
    clock.now = BEGIN.minusSeconds(1);
    assertThatThrownBy(() -> expiry.requireValid(CERTIFICATE))
        .hasMessage(
            "server.pem: the certificate is not valid before 2026-01-01T00:00:00Z, and by this machine's"
                + " clock it is 2025-12-31T23:59:59Z");
    clock.now = END.plusSeconds(1);
    assertThatThrownBy(() -> expiry.requireValid(CERTIFICATE))
        .hasMessage(
            "server.pem: the certificate expired at 2026-03-01T00:00:00Z: clients would refuse it");
  }
}
