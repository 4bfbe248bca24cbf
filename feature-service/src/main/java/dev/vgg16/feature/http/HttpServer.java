package dev.vgg16.feature.http;

import dev.vgg16.security.ServerSecurity;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.pathmap.PathSpec;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.PathMappingsHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server: HTTP/1.1 by Jetty, with the TLS and the tokens of the gRPC server. No thread
 * waits for a request, a response or a call.
 */
public final class HttpServer implements AutoCloseable {

  private static final int MAX_THREADS = 16;
  private static final int MIN_THREADS = 4;
  private static final int MAX_CONNECTIONS = 512;
  private static final int MAX_HEADER_BYTES = 8 << 10;

  private static final Duration IDLE = Duration.ofSeconds(30);

  /** For responses that are being written; the calls have ended by then. */
  private static final Duration STOP = Duration.ofSeconds(5);

  private static final Set<String> CORS_HEADERS =
      Set.of(
          "Authorization",
          "Content-Encoding",
          "Content-Type",
          "Inference-Header-Content-Length",
          "X-Request-Id",
          "traceparent",
          "tracestate");

  private final HttpOptions options;
  private final ServerSecurity security;
  private final HttpMetrics metrics;
  private final Duration idle;
  private final QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
  private final Server server = new Server(threads);
  private final GracefulHandler requests = new GracefulHandler();

  /** */
  public HttpServer(HttpOptions options, ServerSecurity security, Meter meter) {
    this(options, security, meter, IDLE);
  }

  /**
   * @param idle after which a connection without a request, or that does not read, is closed
   */
  HttpServer(HttpOptions options, ServerSecurity security, Meter meter, Duration idle) {
    this.options = options;
    this.security = security;
    this.metrics = new HttpMetrics(meter);
    this.idle = idle;
    threads.setName("http");
    threads.setDaemon(true);
  }

  /** The threads of the server, from {@link #start} on. */
  public Executor executor() {
    return threads;
  }

  /**
   * Starts to listen.
   *
   * @throws IOException when the address can't be bound; the message names it
   */
  public void start(List<Route> routes) throws IOException {
    ServerConnector connector = connector();
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
    requests.setHandler(crossOrigin(compressed(routed(routes))));
    server.setHandler(requests);
    server.setErrorHandler(new ProblemErrorHandler());
    server.setStopTimeout(STOP.toMillis());
    try {
      server.start();
    } catch (Exception e) {
      close();
      throw new IOException(
          "can't listen on %s:%d, the HTTP address (--http-port 0: none): %s"
              .formatted(options.host(), options.port(), describe(e)),
          e);
    }
  }

  private static String describe(Exception failure) {
    Throwable reason = failure.getCause() == null ? failure : failure.getCause();
    return reason instanceof UnresolvedAddressException
        ? "unknown host"
        : String.valueOf(reason.getMessage());
  }

  private ServerConnector connector() {
    HttpConnectionFactory http = new HttpConnectionFactory(configuration());
    ConnectionFactory[] protocols =
        security
            .sslContext()
            .map(tls -> new ConnectionFactory[] {secured(tls, http), http})
            .orElseGet(() -> new ConnectionFactory[] {http});
    ServerConnector connector = new ServerConnector(server, 1, 1, protocols);
    connector.setHost(options.host());
    connector.setPort(options.port());
    connector.setIdleTimeout(idle.toMillis());
    return connector;
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      // Listening will fail and name it.
      return false;
    }
  }

  private ConnectionFactory secured(SSLContext tls, HttpConnectionFactory http) {
    SslContextFactory.Server context = new SslContextFactory.Server();
    context.setSslContext(tls);
    context.setNeedClientAuth(security.requiresClientCertificate());
    return new SslConnectionFactory(context, http.getProtocol());
  }

  private HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
    HttpField noSniffing = new HttpField("X-Content-Type-Options", "nosniff");
    configuration.addCustomizer(
        (request, headers) -> {
          headers.put(noSniffing);
          return request;
        });
    if (security.sslContext().isPresent()) {
      // Clients may use any name that they resolve to this server.
      configuration.addCustomizer(new SecureRequestCustomizer(false));
    }
    return configuration;
  }

  private Handler crossOrigin(Handler next) {
    if (options.origins().isEmpty()) {
      return next;
    }
    CrossOriginHandler handler = new CrossOriginHandler();
    handler.setHandler(next);
    handler.setAllowedOriginPatterns(
        options.origins().stream()
            .map(origin -> origin.equals("*") ? "*" : Pattern.quote(origin))
            .collect(Collectors.toSet()));
    handler.setAllowedMethods(Set.of("GET", "HEAD", "POST"));
    handler.setAllowedHeaders(CORS_HEADERS);
    handler.setExposedHeaders(
        Set.of("Inference-Header-Content-Length", "Retry-After", "WWW-Authenticate"));
    handler.setAllowCredentials(false);
    return handler;
  }

  /** Streams are not compressed: a result must not wait for the next. */
  private static Handler compressed(Handler next) {
    CompressionHandler handler = new CompressionHandler(next);
    var unused = handler.putCompression(new GzipCompression());
    handler.putConfiguration(
        PathSpec.from("/*"),
        CompressionConfig.builder()
            .compressIncludeMethod("GET")
            .compressIncludeMethod("POST")
            .decompressIncludeMethod("POST")
            .compressIncludeMimeType("application/json")
            .compressIncludeMimeType("application/problem+json")
            .compressIncludeMimeType("text/html")
            .compressIncludeMimeType("text/css")
            .compressIncludeMimeType("text/javascript")
            .build());
    return handler;
  }

  private Handler routed(List<Route> routes) {
    RouteHandler.Shared shared =
        new RouteHandler.Shared(
            security.tokens(),
            metrics,
            options.maxBodyBytes(),
            new MemoryBudget(HttpOptions.BODIES * options.maxBodyBytes()),
            new MemoryBudget(HttpOptions.BODIES * options.maxBodyBytes()),
            security.tokens().isEmpty() && isLoopback(options.host()));
    PathMappingsHandler handler = new PathMappingsHandler();
    routes.forEach(route -> handler.addMapping(route.spec(), new RouteHandler(route, shared)));
    return handler;
  }

  /** The port it listens on. */
  public int port() {
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  /** Refuses new requests; the future is complete when those in flight have their responses. */
  public CompletableFuture<Void> drain() {
    return requests.shutdown();
  }

  /** Stops; responses that are being written have some seconds. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP server did not stop: " + e.getMessage(), e);
    }
  }
}
