package dev.vgg16.feature;

import com.google.common.math.LongMath;
import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.feature.http.HttpOptions;
import dev.vgg16.service.options.ServerOptions;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A mixin: the HTTP port. */
@OptionHeading("HTTP")
final class HttpArguments {

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description =
          "Port of HTTP, with the TLS and the tokens of the gRPC port; 0: none. "
              + "Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--http-host",
      paramLabel = "ADDRESS",
      description = "Address of the HTTP listener. Default: that of --host.")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--http-max-body-bytes",
      paramLabel = "BYTES",
      defaultValue = "33554432",
      description =
          "Larger bodies of requests are refused; all together may take twice as much. "
              + "Default: ${DEFAULT-VALUE}.")
  private long maxBodyBytes;

  @Option(
      names = "--http-cors-origin",
      paramLabel = "ORIGIN",
      split = ",",
      description =
          "Lets pages of other origins call, such as https://example.org, separated by commas; *: "
              + "those of all. Default: none.")
  private List<String> origins = List.of();

  @Option(
      names = "--no-console",
      description = "Serve no console, the page for people at / of the HTTP port.")
  private boolean noConsole;

  /** The most bytes of bodies and responses that are in memory. */
  long memory() {
    return port == 0 ? 0 : LongMath.saturatedMultiply(HttpOptions.MEMORY, maxBodyBytes);
  }

  /**
   * The options of the HTTP port.
   *
   * @throws IllegalArgumentException names the invalid option
   */
  HttpOptions toOptions(ServerOptions server) {
    String address = host.orElse(server.host());
    HttpOptions options = new HttpOptions(address, port, maxBodyBytes, origins, !noConsole);
    if (options.isOn()) {
      server.checkListensOn("--http-host", address);
    }
    return options;
  }
}
