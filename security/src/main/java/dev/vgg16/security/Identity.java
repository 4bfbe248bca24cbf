package dev.vgg16.security;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The certificate and key of one side of a connection.
 *
 * @param certificate PEM: the certificate and its intermediates
 * @param key PEM: its private key, PKCS #8, not encrypted
 */
public record Identity(Path certificate, Path key) {

  /**
   * The identity of two options that must be given together.
   *
   * @throws IllegalArgumentException when only one of them is given; names the options
   */
  static Optional<Identity> of(String prefix, Optional<Path> certificate, Optional<Path> key) {
    checkArgument(
        certificate.isPresent() == key.isPresent(),
        "--%s-cert and --%s-key go together, and only one of them is given",
        prefix,
        prefix);
    return certificate.map(file -> new Identity(file, key.orElseThrow()));
  }
}
