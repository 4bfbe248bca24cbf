package dev.vgg16.security;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Ascii;
import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS and token options of a client.
 *
 * @param tls whether to use TLS
 * @param ca PEM: the trusted roots of the server's certificate; empty: those of the JDK
 * @param identity the client's certificate, for servers that require one
 * @param token a file that contains only the token
 * @param plaintext whether the token may be sent to another machine without TLS
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
   * The options of a command line; a root or a certificate implies TLS.
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
   * Checks that the token is not sent to another machine in plaintext, unless that is allowed.
   *
   * @param prefix of the options' names, such as {@code head-}
   * @throws IllegalArgumentException names the options to set
   */
  public void checkReaches(String prefix, String target) {
    checkArgument(
        token.isEmpty() || tls || plaintext || isLocal(target),
        "--%stoken-file would be sent to %s without TLS, where others can read it: set --%stls-ca or"
            + " --%stls, or --%splaintext if the network is trusted",
        prefix,
        target,
        prefix,
        prefix,
        prefix);
  }

  /** By the target's form alone, since what a name resolves to may change. */
  private static boolean isLocal(String target) {
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
