package dev.vgg16.feature.http.console;

import dev.vgg16.feature.http.Endpoint;
import dev.vgg16.feature.http.Exchange;
import dev.vgg16.feature.http.Problem;
import dev.vgg16.feature.http.Route;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;

/** Serves the console. A client that has a file already gets no body. */
public final class ConsoleEndpoint implements Endpoint {

  private static final List<String> PATHS =
      List.of("/", "/icon.svg", "/css/*", "/js/*", "/samples/*");

  private final ConsoleFiles files = new ConsoleFiles();

  private ConsoleEndpoint() {}

  /** The routes of its files. A browser that opens a page can't send a token. */
  public static Stream<Route> routes() {
    ConsoleEndpoint console = new ConsoleEndpoint();
    return PATHS.stream().map(path -> Route.get(path, console).withoutToken());
  }

  @Override
  public void serve(Exchange exchange) {
    String path = exchange.request().getHttpURI().getCanonicalPath();
    Optional<ConsoleFile> file = files.find(path);
    if (file.isPresent()) {
      send(file.get(), exchange);
    } else {
      exchange.fail(Problem.of(HttpStatus.NOT_FOUND_404, "the console has no file " + path));
    }
  }

  private static void send(ConsoleFile file, Exchange exchange) {
    Response response = exchange.begin(file.contentType());
    ConsoleFiles.HEADERS.forEach(response.getHeaders()::put);
    response.getHeaders().put(HttpHeader.ETAG, file.etag());
    String known = exchange.request().getHeaders().get(HttpHeader.IF_NONE_MATCH);
    if (known != null && file.isKnownTo(known)) {
      response.setStatus(HttpStatus.NOT_MODIFIED_304);
      response.write(true, ByteBuffer.allocate(0), exchange.end());
    } else {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, file.body().size());
      response.write(true, file.body().asReadOnlyByteBuffer(), exchange.end());
    }
  }
}
