package dev.vgg16.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Receives metrics and spans by OTLP over HTTP, as an OpenTelemetry collector does. */
final class OtlpReceiver implements AutoCloseable {

  private final HttpServer server;
  private final Queue<Metric> metrics = new ConcurrentLinkedQueue<>();
  private final Queue<ReceivedSpan> spans = new ConcurrentLinkedQueue<>();

  private interface Parser {
    void parse(InputStream body) throws IOException;
  }

  OtlpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receive("/v1/metrics", this::addMetrics);
    receive("/v1/traces", this::addSpans);
    server.start();
  }

  private void receive(String path, Parser parser) {
    server.createContext(path, exchange -> receive(exchange, parser));
  }

  private static void receive(HttpExchange exchange, Parser parser) throws IOException {
    try (InputStream body = exchange.getRequestBody()) {
      parser.parse(body);
    }
    // An empty message is the answer that all was accepted.
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private void addMetrics(InputStream body) throws IOException {
    ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList().stream()
        .flatMap(resource -> resource.getScopeMetricsList().stream())
        .forEach(scope -> metrics.addAll(scope.getMetricsList()));
  }

  private void addSpans(InputStream body) throws IOException {
    ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().forEach(this::add);
  }

  private void add(ResourceSpans resource) {
    String service =
        resource.getResource().getAttributesList().stream()
            .filter(attribute -> attribute.getKey().equals("service.name"))
            .map(attribute -> attribute.getValue().getStringValue())
            .findFirst()
            .orElse("");
    resource.getScopeSpansList().stream()
        .flatMap(scope -> scope.getSpansList().stream())
        .forEach(span -> spans.add(new ReceivedSpan(service, span)));
  }

  /** The value of OTEL_EXPORTER_OTLP_ENDPOINT. */
  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Metric> metrics() {
    return List.copyOf(metrics);
  }

  List<ReceivedSpan> spans() {
    return List.copyOf(spans);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
