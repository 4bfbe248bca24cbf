package dev.vgg16.feature.http;

import dev.vgg16.security.ServerSecurityOptions;
import dev.vgg16.service.grpc.GrpcServer;
import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.service.telemetry.Telemetry;
import io.grpc.BindableService;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** An HTTP server before gRPC services that a test gives, and a client of it. */
public final class HttpFixture implements AutoCloseable {

  public static final int MAX_BODY = 1 << 20;

  private final HttpClient client = HttpClient.newHttpClient();
  private final GrpcServer grpc;
  private final HttpServer http;

  /** Without tokens. */
  public HttpFixture(BindableService service, Function<GrpcCalls, List<Route>> routes)
      throws IOException {
    this(service, routes, Optional.empty(), List.of());
  }

  /**
   * @param tokens their file
   * @param origins of pages that may call
   */
  public HttpFixture(
      BindableService service,
      Function<GrpcCalls, List<Route>> routes,
      Optional<Path> tokens,
      List<String> origins)
      throws IOException {
    grpc =
        new GrpcServer(
            options(tokens), new OpenStreams(), Telemetry.none().grpc(), List.of(service));
    http =
        new HttpServer(
            new HttpOptions("127.0.0.1", 0, MAX_BODY, origins, false),
            grpc.security(),
            OpenTelemetry.noop().getMeter("test"));
    http.start(routes.apply(new GrpcCalls(grpc.serveInProcess(http.executor(), http::drain))));
  }

  private static GrpcServerOptions options(Optional<Path> tokens) {
    GrpcServerOptions open =
        new GrpcServerOptions("127.0.0.1", 0, 1 << 20, 2, Duration.ZERO, Duration.ofDays(1));
    return new GrpcServerOptions(
        open.host(),
        open.port(),
        open.maxMessageBytes(),
        open.threads(),
        open.drainDelay(),
        open.grace(),
        ServerSecurityOptions.of(
            Optional.empty(), Optional.empty(), Optional.empty(), tokens, false),
        open.role(),
        open.health(),
        open.reflection(),
        open.maxConnections(),
        open.maxConnectionAge(),
        open.logRequests());
  }

  /** New requests are refused from now on. */
  public void stop() {
    var unused = http.drain();
  }

  /** Stops as the service does; returns when all requests have ended. */
  public void stopGrpc() {
    grpc.stop();
  }

  public int port() {
    return http.port();
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path));
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  public HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  public HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    grpc.stop();
    http.close();
  }
}
