package dev.vgg16.service.options;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.security.ServerSecurityOptions;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A mixin: TLS and tokens of a server. */
@OptionHeading("TLS and tokens")
public final class SecurityOptions {

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description =
          "The server's certificate and those between it and its root, PEM; with it the server"
              + " speaks TLS. This and the files below are read again when they change.")
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's private key, PEM, PKCS #8.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description = "Roots, PEM: clients must show a certificate that comes from one of them.")
  private Optional<Path> clientCa = Optional.empty();

  @Option(
      names = "--auth-tokens",
      paramLabel = "FILE",
      description =
          "Tokens, of which callers must send one: on each line a role, call or admin, and a"
              + " token. Health needs none.")
  private Optional<Path> tokens = Optional.empty();

  @Option(
      names = "--plaintext",
      description =
          "Lets the server listen without TLS on an address that other machines can reach.")
  private boolean plaintext;

  ServerSecurityOptions toOptions() {
    return ServerSecurityOptions.of(certificate, key, clientCa, tokens, plaintext);
  }
}
