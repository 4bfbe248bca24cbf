package dev.vgg16.service.telemetry;

import com.google.common.collect.Iterables;
import com.google.common.collect.Lists;
import com.google.protobuf.ByteString;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The metrics and traces of a service: metrics are exposed in Prometheus's formats, both are sent
 * where OpenTelemetry's variables say, or they are off.
 *
 * @param openTelemetry the API to record metrics with
 * @param tracer of spans, where they are sent
 * @param collect a snapshot of the metrics
 */
public record Telemetry(
    OpenTelemetry openTelemetry, Optional<Tracer> tracer, Supplier<MetricSnapshots> collect)
    implements AutoCloseable {

  private static final ExpositionFormats FORMATS = ExpositionFormats.init();

  /** The name under which the services' own metrics and spans are sent. */
  private static final String SCOPE = "dev.vgg16";

  /** For the last metrics and spans, which a collector that does not answer must not hold up. */
  private static final Duration FLUSH = Duration.ofSeconds(5);

  /**
   * The metrics in an exposition format.
   *
   * @param contentType of the format
   */
  public record Exposition(String contentType, ByteString body) {}

  /**
   * Records metrics if anybody can see them.
   *
   * @param exposed whether {@link #expose} is called
   * @param environment may have variables of OpenTelemetry
   * @throws IllegalStateException when one of them has a value that can't be used; names it
   */
  public static Telemetry of(ServiceBuild build, boolean exposed, Map<String, String> environment) {
    // Autoconfiguration takes time, which most starts can do without.
    if (OpenTelemetryVariables.areIn(environment)) {
      return autoConfigured(exposed, new OpenTelemetryVariables(build, environment)).with(build);
    }
    return exposed ? prometheus(build.service()).with(build) : none();
  }

  private Telemetry with(ServiceBuild build) {
    MetricSnapshot info = build.toMetric();
    return new Telemetry(
        openTelemetry,
        tracer,
        () ->
            new MetricSnapshots(
                Lists.newArrayList(Iterables.concat(collect.get(), List.of(info)))));
  }

  /**
   * Also records what the process and the JVM take; once, after the start, which it would delay.
   */
  public void measureProcess() {
    if (isOn()) {
      Meter meter = meter();
      JvmMetrics.of(meter);
      ProcessMetrics.of(meter);
    }
  }

  private static Telemetry autoConfigured(boolean exposed, OpenTelemetryVariables variables) {
    if (!exposed) {
      return of(variables, Optional.empty(), MetricSnapshots::new);
    }
    PrometheusMetricReader reader = PrometheusMetricReader.create();
    return of(variables, Optional.of(reader), reader::collect);
  }

  private static Telemetry of(
      OpenTelemetryVariables variables,
      Optional<MetricReader> reader,
      Supplier<MetricSnapshots> collect) {
    OpenTelemetrySdk sdk = variables.sdk(reader);
    Optional<Tracer> tracer =
        variables.haveTracesExporter() ? Optional.of(sdk.getTracer(SCOPE)) : Optional.empty();
    return new Telemetry(sdk, tracer, collect);
  }

  /** Records nothing. */
  public static Telemetry none() {
    return new Telemetry(OpenTelemetry.noop(), Optional.empty(), MetricSnapshots::new);
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
        OpenTelemetrySdk.builder().setMeterProvider(meters).build(),
        Optional.empty(),
        reader::collect);
  }

  /** gRPC's own metrics of calls, such as {@code grpc.server.call.duration}. */
  public GrpcOpenTelemetry grpc() {
    return GrpcOpenTelemetry.newBuilder().sdk(openTelemetry).build();
  }

  /** Whether anything is recorded. */
  public boolean isOn() {
    return openTelemetry instanceof OpenTelemetrySdk;
  }

  public Meter meter() {
    return openTelemetry.getMeter(SCOPE);
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

  /** Sends what was not sent yet. */
  @Override
  public void close() {
    if (openTelemetry instanceof OpenTelemetrySdk sdk) {
      var unused = sdk.shutdown().join(FLUSH.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
