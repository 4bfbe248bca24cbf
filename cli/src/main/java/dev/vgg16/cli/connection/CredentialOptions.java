package dev.vgg16.cli.connection;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.security.ClientSecurityOptions;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A mixin: how the services are reached. */
@OptionHeading("TLS and token")
public final class CredentialOptions {

  @Option(names = "--tls", description = "TLS; without --tls-ca by the JDK's roots.")
  private boolean tls;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Roots, PEM, that the service's certificate must come from.")
  private Optional<Path> ca = Optional.empty();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The certificate to show, PEM, to a service that asks for one.")
  private Optional<Path> certificate = Optional.empty();

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM, PKCS #8.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file with the token to send.")
  private Optional<Path> token = Optional.empty();

  @Option(names = "--plaintext", description = "Lets the token go to another machine without TLS.")
  private boolean plaintext;

  /**
   * @throws IllegalArgumentException when a certificate is given without its key
   */
  public ClientSecurityOptions toOptions() {
    return ClientSecurityOptions.of("tls", tls, ca, certificate, key, token, plaintext);
  }
}
