package dev.vgg16.security;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Ascii;
import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a client reaches a server.
 *
 * @param tls whether over TLS
 * @param ca PEM: the roots that the server's certificate must come from; empty: those of the JDK
 * @param identity the certificate that it shows, to a server that asks for one
 * @param token a file with the token that it sends, and nothing else
 * @param plaintext whether the token may go to another machine without TLS
 */
public record ClientSecurityOptions(
    boolean tls,
    Optional<Path> ca,
    Optional<Identity> identity,
    Optional<Path> token,
    boolean plaintext) {

  /** Without TLS and without a token. */
  public static final ClientSecurityOptions PLAIN =
      new ClientSecurityOptions(false, Optional.empty(), Optional.empty(), Optional.empty(), false);

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
      Optional<Path> token,
      boolean plaintext) {
    Optional<Identity> identity = Identity.of(prefix, certificate, key);
    return new ClientSecurityOptions(
        tls || ca.isPresent() || identity.isPresent(), ca, identity, token, plaintext);
  }

  /**
   * Checks that nobody on the way can read the token, unless that is wanted.
   *
   * @param prefix of the options' names, such as {@code head-}
   * @throws IllegalArgumentException says what to do
   */
  public void checkReaches(String prefix, String target) {
    checkArgument(
        token.isEmpty() || tls || plaintext || isHere(target),
        "--%stoken-file would go to %s without TLS, where others can read it: give --%stls-ca or"
            + " --%stls, or say --%splaintext where the network is safe",
        prefix,
        target,
        prefix,
        prefix,
        prefix);
  }

  /** By its form alone: whatever a name leads to may change. */
  private static boolean isHere(String target) {
    if (target.startsWith("unix:")) {
      return true;
    }
    String address = target.replaceFirst("^(dns|ipv4|ipv6):(//[^/]*/)?", "");
    try {
      String host = HostAndPort.fromString(address).getHost();
      return Ascii.equalsIgnoreCase(host, "localhost")
          || InetAddresses.forString(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
