package dev.vgg16.feature.api;

import dev.vgg16.feature.pipeline.ImageMetrics;
import dev.vgg16.feature.tracing.ImageTraces;
import io.grpc.MethodDescriptor;
import io.opentelemetry.api.trace.Tracer;
import java.util.Optional;

/** What is recorded of the images of one gRPC method. */
public record MethodTelemetry(ImageMetrics.Recorder metrics, ImageTraces traces) {

  public static MethodTelemetry of(
      MethodDescriptor<?, ?> method, ImageMetrics metrics, Optional<Tracer> tracer) {
    String name = String.valueOf(method.getBareMethodName());
    return new MethodTelemetry(metrics.of(name), ImageTraces.of(tracer, name));
  }
}
