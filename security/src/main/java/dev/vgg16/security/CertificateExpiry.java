package dev.vgg16.security;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tracks when the certificate in use expires, and warns once a day from a week before. Thread-safe.
 */
public final class CertificateExpiry {

  private static final Duration WARNING = Duration.ofDays(7);

  private final Path file;
  private final Clock clock;
  private final Consumer<String> warnings;

  @GuardedBy("this")
  private Instant notBefore = Instant.MIN;

  @GuardedBy("this")
  private Instant notAfter = Instant.MAX;

  @GuardedBy("this")
  private Instant nextWarning = Instant.MIN;

  /**
   * @param file of the certificate
   * @param warnings receives each warning, one line
   */
  CertificateExpiry(Path file, Clock clock, Consumer<String> warnings) {
    this.file = file;
    this.clock = clock;
    this.warnings = warnings;
  }

  /**
   * Checks that a certificate is valid now.
   *
   * @throws UnusableFileException when it has expired or is not valid yet
   */
  void requireValid(X509Certificate certificate) {
    Instant now = clock.instant();
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw new UnusableFileException(
          file,
          "the certificate expired at %s: clients would refuse it"
              .formatted(certificate.getNotAfter().toInstant()));
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      throw new UnusableFileException(
          file,
          "the certificate is not valid before %s, and by this machine's clock it is %s"
              .formatted(certificate.getNotBefore().toInstant(), now));
    }
  }

  /** Sets the certificate in use. */
  synchronized void use(X509Certificate certificate) {
    notBefore = certificate.getNotBefore().toInstant();
    notAfter = certificate.getNotAfter().toInstant();
    nextWarning = Instant.MIN;
    warn();
  }

  /** Warns if a warning is due; may be called at any interval. */
  synchronized void warn() {
    Instant now = clock.instant();
    if (!now.isBefore(nextWarning)) {
      Optional<String> problem = problem(now);
      if (problem.isPresent()) {
        warnings.accept(file + ": the certificate " + problem.get());
        nextWarning = now.plus(1, ChronoUnit.DAYS);
      }
    }
  }

  @GuardedBy("this")
  private Optional<String> problem(Instant now) {
    if (now.isAfter(notAfter)) {
      return Optional.of("expired at %s and is refused by peers: replace it".formatted(notAfter));
    }
    if (now.isBefore(notBefore)) {
      return Optional.of("is not valid before %s and is refused by peers".formatted(notBefore));
    }
    if (now.plus(warning()).isAfter(notAfter)) {
      long hours = Duration.between(now, notAfter).toHours();
      return Optional.of("expires in %d hours, at %s: replace it".formatted(hours, notAfter));
    }
    return Optional.empty();
  }

  @GuardedBy("this")
  private Duration warning() {
    Duration quarter = Duration.between(notBefore, notAfter).dividedBy(4);
    return quarter.compareTo(WARNING) < 0 ? quarter : WARNING;
  }

  /** When the certificate in use expires. */
  public synchronized Instant notAfter() {
    return notAfter;
  }
}
