package dev.vgg16.service.telemetry;

import com.google.protobuf.ByteString;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/**
 * The metrics of a service: exposed in Prometheus's formats, or off.
 *
 * @param openTelemetry the API to record metrics with
 * @param collect a snapshot of the metrics
 */
public record Telemetry(OpenTelemetry openTelemetry, Supplier<MetricSnapshots> collect)
    implements AutoCloseable {

  private static final ExpositionFormats FORMATS = ExpositionFormats.init();

  /**
   * The metrics in an exposition format.
   *
   * @param contentType of the format
   */
  public record Exposition(String contentType, ByteString body) {}

  /** Records nothing. */
  public static Telemetry none() {
    return new Telemetry(OpenTelemetry.noop(), MetricSnapshots::new);
  }

  /** Records metrics for Prometheus. */
  public static Telemetry prometheus(String serviceName) {
    PrometheusMetricReader reader = PrometheusMetricReader.create();
    SdkMeterProvider meters =
        SdkMeterProvider.builder()
            .setResource(Resource.builder().put("service.name", serviceName).build())
            .registerMetricReader(reader)
            .build();
    return new Telemetry(
        OpenTelemetrySdk.builder().setMeterProvider(meters).build(), reader::collect);
  }

  /** gRPC's own metrics of calls, such as {@code grpc.server.call.duration}. */
  public GrpcOpenTelemetry grpc() {
    return GrpcOpenTelemetry.newBuilder().sdk(openTelemetry).build();
  }

  public Meter meter() {
    return openTelemetry.getMeter("dev.vgg16");
  }

  /**
   * Writes the metrics.
   *
   * @param accept the value of HTTP's Accept header, or null
   */
  public Exposition expose(String accept) {
    ExpositionFormatWriter writer = FORMATS.findWriter(accept);
    ByteString.Output body = ByteString.newOutput();
    try {
      writer.write(body, collect.get());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Exposition(writer.getContentType(), body.toByteString());
  }

  @Override
  public void close() {
    if (openTelemetry instanceof OpenTelemetrySdk sdk) {
      sdk.close();
    }
  }
}
