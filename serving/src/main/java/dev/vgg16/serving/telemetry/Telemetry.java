package dev.vgg16.serving.telemetry;

import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.exporter.prometheus.PrometheusHttpServer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Where a service's measurements go: a Prometheus endpoint ({@code /metrics}), or nowhere.
 *
 * @param openTelemetry the API handed to whoever measures
 */
public record Telemetry(OpenTelemetry openTelemetry) implements AutoCloseable {

  /** Measures nothing. */
  public static Telemetry none() {
    return new Telemetry(OpenTelemetry.noop());
  }

  /**
   * Serves Prometheus metrics over HTTP.
   *
   * @param port 0 for no metrics at all
   * @throws IOException when the address can't be had; the message says which
   */
  public static Telemetry prometheus(String serviceName, String host, int port) throws IOException {
    if (port == 0) {
      return none();
    }
    requireFree(host, port);
    SdkMeterProvider meters =
        SdkMeterProvider.builder()
            .setResource(Resource.builder().put("service.name", serviceName).build())
            .registerMetricReader(
                PrometheusHttpServer.builder().setHost(host).setPort(port).build())
            .build();
    return new Telemetry(OpenTelemetrySdk.builder().setMeterProvider(meters).build());
  }

  /** Measures gRPC calls, by its own metric names ({@code grpc.server.call.duration} and so on). */
  public GrpcOpenTelemetry grpc() {
    return GrpcOpenTelemetry.newBuilder().sdk(openTelemetry).build();
  }

  public Meter meter() {
    return openTelemetry.getMeter("dev.vgg16");
  }

  @Override
  public void close() {
    if (openTelemetry instanceof OpenTelemetrySdk sdk) {
      sdk.close();
    }
  }

  /** The exporter's own error for a taken port does not name the port. */
  private static void requireFree(String host, int port) throws IOException {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      probe.getLocalPort();
    } catch (IOException e) {
      throw new IOException(
          "can't serve metrics on %s:%d: %s".formatted(host, port, e.getMessage()), e);
    }
  }
}
