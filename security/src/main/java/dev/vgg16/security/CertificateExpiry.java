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
 * When the certificate in use ends; the log says so from a week before, once a day. Thread-safe.
 */
public final class CertificateExpiry {

  private static final Duration WARNING = Duration.ofDays(7);

  private final Path file;
  private final Clock clock;
  private final Consumer<String> warnings;

  @GuardedBy("this")
  private Instant begin = Instant.MIN;

  @GuardedBy("this")
  private Instant end = Instant.MAX;

  @GuardedBy("this")
  private Instant nextWarning = Instant.MIN;

  /**
   * @param file of the certificate
   * @param warnings hears what is to be told, each time a line
   */
  CertificateExpiry(Path file, Clock clock, Consumer<String> warnings) {
    this.file = file;
    this.clock = clock;
    this.warnings = warnings;
  }

  /**
   * Checks that clients will not refuse a server for the time of its certificate.
   *
   * @throws UnusableFileException when it has ended or has not begun
   */
  void requireValid(X509Certificate certificate) {
    Instant now = clock.instant();
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw new UnusableFileException(
          file,
          "the certificate ended at %s: clients would refuse it"
              .formatted(certificate.getNotAfter().toInstant()));
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      throw new UnusableFileException(
          file,
          "the certificate begins at %s only, and by this machine's clock it is %s"
              .formatted(certificate.getNotBefore().toInstant(), now));
    }
  }

  /** From now on this certificate is in use. */
  synchronized void use(X509Certificate certificate) {
    begin = certificate.getNotBefore().toInstant();
    end = certificate.getNotAfter().toInstant();
    nextWarning = Instant.MIN;
    warn();
  }

  /** Warns if it is time to; to be called as often as one likes. */
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
    if (now.isAfter(end)) {
      return Optional.of("ended at %s and is refused by others: replace it".formatted(end));
    }
    if (now.isBefore(begin)) {
      return Optional.of("begins at %s only and is refused by others".formatted(begin));
    }
    if (now.plus(warning()).isAfter(end)) {
      long hours = Duration.between(now, end).toHours();
      return Optional.of("ends in %d hours, at %s: replace it".formatted(hours, end));
    }
    return Optional.empty();
  }

  @GuardedBy("this")
  private Duration warning() {
    Duration quarter = Duration.between(begin, end).dividedBy(4);
    return quarter.compareTo(WARNING) < 0 ? quarter : WARNING;
  }

  public synchronized Instant end() {
    return end;
  }
}
