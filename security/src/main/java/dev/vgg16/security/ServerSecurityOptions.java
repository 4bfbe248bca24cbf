package dev.vgg16.security;

import static com.google.common.base.Preconditions.checkArgument;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS and token options of a server.
 *
 * @param identity the server's certificate; empty: no TLS
 * @param clientCa PEM: the roots of clients' certificates; empty: clients need none
 * @param tokens a file of {@link Tokens}, one of which callers must send; empty: callers need none
 * @param plaintext whether other machines may connect without TLS
 */
public record ServerSecurityOptions(
    Optional<Identity> identity,
    Optional<Path> clientCa,
    Optional<Path> tokens,
    boolean plaintext) {

  /** Without TLS and tokens. */
  public static final ServerSecurityOptions OPEN =
      new ServerSecurityOptions(Optional.empty(), Optional.empty(), Optional.empty(), false);

  public ServerSecurityOptions {
    checkArgument(
        clientCa.isEmpty() || identity.isPresent(),
        "--tls-client-ca needs --tls-cert and --tls-key: without TLS clients send no certificate");
    checkArgument(
        !plaintext || identity.isEmpty(),
        "--plaintext and --tls-cert exclude each other: choose one");
  }

  /**
   * The options of a command line.
   *
   * @throws IllegalArgumentException names the options that contradict each other
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
   * Checks that the server does not listen in plaintext on an address that other machines can
   * reach, unless that is allowed.
   *
   * @param option the name of the option that gives the host
   * @throws IllegalArgumentException names the options to set
   */
  public void checkListensOn(String option, String host) {
    checkArgument(
        identity.isPresent() || plaintext || isLoopback(host),
        "%s is %s, which other machines can reach, and there is no TLS: set --tls-cert and --tls-key,"
            + " or --plaintext if the network is trusted",
        option,
        host);
  }

  /**
   * Checks that a server of administration authenticates its callers if other machines can reach
   * it. A certificate of the server alone does not authenticate callers.
   *
   * @param option the name of the option that gives the host
   * @throws IllegalArgumentException names the options to set
   */
  public void checkKnowsAdministrators(String option, String host) {
    checkArgument(
        clientCa.isPresent() || tokens.isPresent() || isLoopback(host),
        "%s is %s, where any caller could load and unload heads: set --auth-tokens, or"
            + " --tls-client-ca if all clients with its certificates may do that",
        option,
        host);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      // Listening will fail and name it.
      return true;
    }
  }
}
