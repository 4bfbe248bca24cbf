package dev.vgg16.service.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Receives metrics by OTLP over HTTP, as an OpenTelemetry collector does. */
final class OtlpReceiver implements AutoCloseable {

  private final HttpServer server;
  private final Queue<ExportMetricsServiceRequest> metrics = new ConcurrentLinkedQueue<>();

  OtlpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/metrics", this::receive);
    server.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (InputStream body = exchange.getRequestBody()) {
      metrics.add(ExportMetricsServiceRequest.parseFrom(body));
    }
    // An empty message is the answer that all was accepted.
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  /** The value of OTEL_EXPORTER_OTLP_ENDPOINT. */
  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<ExportMetricsServiceRequest> metrics() {
    return List.copyOf(metrics);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
