package dev.vgg16.cli.connection;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.security.ClientSecurityOptions;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A mixin: TLS, and the token of each call. */
@OptionHeading("TLS and token")
public final class CredentialOptions {

  @Option(names = "--tls", description = "Use TLS; without --tls-ca with the JDK's trusted roots.")
  private boolean tls;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Trusted roots of the service's certificate, PEM.")
  private Optional<Path> ca = Optional.empty();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The client's certificate, PEM, for a service that requires one.")
  private Optional<Path> certificate = Optional.empty();

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM, PKCS #8.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file that contains the token to send.")
  private Optional<Path> token = Optional.empty();

  @Option(
      names = "--plaintext",
      description = "Allow the token to be sent to another machine without TLS.")
  private boolean plaintext;

  /**
   * @throws IllegalArgumentException when a certificate is given without its key
   */
  public ClientSecurityOptions toOptions() {
    return ClientSecurityOptions.of("tls", tls, ca, certificate, key, token, plaintext);
  }
}
