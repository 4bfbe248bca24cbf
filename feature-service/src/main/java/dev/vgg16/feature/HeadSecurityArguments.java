package dev.vgg16.feature;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.security.ClientSecurityOptions;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of TLS and the token for the head service. */
@OptionHeading("TLS and token for the head service")
final class HeadSecurityArguments {

  @Option(
      names = "--head-tls",
      description = "Reach the head service over TLS; without --head-tls-ca by the JDK's roots.")
  private boolean tls;

  @Option(
      names = "--head-tls-ca",
      paramLabel = "FILE",
      description =
          "Roots, PEM, that the head service's certificate must come from. This and the files below"
              + " are read again when they change.")
  private Optional<Path> ca = Optional.empty();

  @Option(
      names = "--head-tls-cert",
      paramLabel = "FILE",
      description = "The certificate to show the head service, PEM.")
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--head-tls-key",
      paramLabel = "FILE",
      description = "Its private key, PEM, PKCS #8.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--head-token-file",
      paramLabel = "FILE",
      description = "A file with the token to send the head service.")
  private Optional<Path> token = Optional.empty();

  @Option(
      names = "--head-plaintext",
      description = "Lets that token go to another machine without TLS.")
  private boolean plaintext;

  /**
   * @throws IllegalArgumentException names the options that do not fit together or to the target
   */
  ClientSecurityOptions toOptions(String target) {
    ClientSecurityOptions options =
        ClientSecurityOptions.of("head-tls", tls, ca, certificate, key, token, plaintext);
    options.checkReaches("head-", target);
    return options;
  }
}
