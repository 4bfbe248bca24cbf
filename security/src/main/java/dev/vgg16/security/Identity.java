package dev.vgg16.security;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.Path;
import java.util.Optional;

/**
 * By what one side of a connection shows who it is.
 *
 * @param certificate PEM: its certificate, and those between it and the root
 * @param key PEM: the private key of the certificate, PKCS #8, not encrypted
 */
public record Identity(Path certificate, Path key) {

  /**
   * Of two options that go together.
   *
   * @throws IllegalArgumentException when just one of them is given; named after the prefix
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
