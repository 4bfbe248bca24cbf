package dev.vgg16.service.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Receives metrics by OTLP over HTTP, as an OpenTelemetry collector does. */
final class OtlpReceiver implements AutoCloseable {

  private final HttpServer server;
  private final BlockingQueue<ExportMetricsServiceRequest> metrics = new LinkedBlockingQueue<>();

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

  boolean hasMetrics() {
    return !metrics.isEmpty();
  }

  /** Waits for metrics: a slow machine may send them after its {@code close} gave up waiting. */
  ExportMetricsServiceRequest take() throws InterruptedException {
    return metrics.take();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
