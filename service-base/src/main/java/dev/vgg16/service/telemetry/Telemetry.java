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
 * Where a service's measurements go: to whoever asks, in Prometheus's formats, or nowhere.
 *
 * @param openTelemetry the API handed to whoever measures
 * @param collect what was measured so far
 */
public record Telemetry(OpenTelemetry openTelemetry, Supplier<MetricSnapshots> collect)
    implements AutoCloseable {

  private static final ExpositionFormats FORMATS = ExpositionFormats.init();

  /**
   * What was measured, written out.
   *
   * @param contentType which of Prometheus's formats it is
   */
  public record Exposition(String contentType, ByteString body) {}

  /** Measures nothing. */
  public static Telemetry none() {
    return new Telemetry(OpenTelemetry.noop(), MetricSnapshots::new);
  }

  /** Measures for Prometheus. */
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

  /** Measures gRPC calls, by its own metric names ({@code grpc.server.call.duration} and so on). */
  public GrpcOpenTelemetry grpc() {
    return GrpcOpenTelemetry.newBuilder().sdk(openTelemetry).build();
  }

  public Meter meter() {
    return openTelemetry.getMeter("dev.vgg16");
  }

  /**
   * What was measured so far.
   *
   * @param accept the formats that are wanted, as HTTP's header of that name has them; null: text
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
