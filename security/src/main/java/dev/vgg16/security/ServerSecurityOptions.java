package dev.vgg16.security;

import static com.google.common.base.Preconditions.checkArgument;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may call a server.
 *
 * @param identity by which it shows who it is, over TLS; empty: no TLS
 * @param clientCa PEM: the roots of the certificates that clients must show; empty: they need none
 * @param tokens a file of {@link Tokens}, of which callers must send one; empty: they need none
 * @param plaintext whether others may reach it without TLS
 */
public record ServerSecurityOptions(
    Optional<Identity> identity,
    Optional<Path> clientCa,
    Optional<Path> tokens,
    boolean plaintext) {

  /** Anybody who can reach it, without TLS. */
  public static final ServerSecurityOptions OPEN =
      new ServerSecurityOptions(Optional.empty(), Optional.empty(), Optional.empty(), false);

  public ServerSecurityOptions {
    checkArgument(
        clientCa.isEmpty() || identity.isPresent(),
        "--tls-client-ca needs --tls-cert and --tls-key: without TLS nobody shows a certificate");
    checkArgument(
        !plaintext || identity.isEmpty(),
        "--plaintext and --tls-cert exclude each other: choose one");
  }

  /**
   * Of a command line's options.
   *
   * @throws IllegalArgumentException names those that do not fit together
   */
  public static ServerSecurityOptions of(
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<Path> clientCa,
      Optional<Path> tokens,
      boolean plaintext) {
    return new ServerSecurityOptions(
        Identity.of("tls", certificate, key), clientCa, tokens, plaintext);
  }

  /**
   * Checks that nobody else can listen in, unless that is wanted.
   *
   * @param option the name of the option that gives the host
   * @throws IllegalArgumentException says what to do
   */
  public void checkListensOn(String option, String host) {
    checkArgument(
        identity.isPresent() || plaintext || isLoopback(host),
        "%s is %s, which other machines can reach, and there is no TLS: give --tls-cert and --tls-key,"
            + " or say --plaintext where the network is safe",
        option,
        host);
  }

  /**
   * Checks that whoever can reach a server of administration must show that it may use it: a
   * certificate of the server's own tells the callers who it is, not it who they are.
   *
   * @param option the name of the option that gives the host
   * @throws IllegalArgumentException says what to do
   */
  public void checkKnowsAdministrators(String option, String host) {
    checkArgument(
        clientCa.isPresent() || tokens.isPresent() || isLoopback(host),
        "%s is %s, where whoever reaches it could load and unload heads: give --auth-tokens, or"
            + " --tls-client-ca where all of its certificates may",
        option,
        host);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      // Whoever listens on it will say so.
      return true;
    }
  }
}
