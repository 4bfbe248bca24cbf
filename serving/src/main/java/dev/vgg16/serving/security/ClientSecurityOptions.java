package dev.vgg16.serving.security;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a client reaches a server.
 *
 * @param tls whether over TLS
 * @param ca PEM: the roots that the server's certificate must come from; empty: those of the JDK
 * @param identity the certificate that it shows, to a server that asks for one
 * @param token a file with the token that it sends, and nothing else
 */
public record ClientSecurityOptions(
    boolean tls, Optional<Path> ca, Optional<Identity> identity, Optional<Path> token) {

  /** Without TLS and without a token. */
  public static final ClientSecurityOptions PLAIN =
      new ClientSecurityOptions(false, Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * Of a command line's options; a root or a certificate means TLS.
   *
   * @param prefix of the options' names, such as {@code tls}
   * @throws IllegalArgumentException when a certificate is given without its key
   */
  public static ClientSecurityOptions of(
      String prefix,
      boolean tls,
      Optional<Path> ca,
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<Path> token) {
    Optional<Identity> identity = Identity.of(prefix, certificate, key);
    return new ClientSecurityOptions(
        tls || ca.isPresent() || identity.isPresent(), ca, identity, token);
  }
}
