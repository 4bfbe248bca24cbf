package dev.vgg16.feature.http;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * Measures requests by route, method and status, as OpenTelemetry's semantic conventions name it:
 * {@code http.server.request.duration}.
 */
final class HttpMetrics {

  /** The boundaries that the conventions advise, in seconds. */
  private static final List<Double> BOUNDARIES =
      List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE");

  private final DoubleHistogram duration;

  HttpMetrics(Meter meter) {
    this.duration =
        meter
            .histogramBuilder("http.server.request.duration")
            .setDescription("Duration of HTTP requests.")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(BOUNDARIES)
            .build();
  }

  /** Measures a request until its response is complete. */
  void measure(String route, Request request, Response response) {
    Request.addCompletionListener(
        request,
        failure ->
            duration.record(
                (System.nanoTime() - request.getBeginNanoTime()) / 1e9,
                Attributes.of(
                    METHOD, method(request), ROUTE, route, STATUS, status(response, failure))));
  }

  /** As nginx has it where the client has gone. */
  private static long status(Response response, @Nullable Throwable failure) {
    return failure == null ? response.getStatus() : 499;
  }

  private static String method(Request request) {
    return METHODS.contains(request.getMethod()) ? request.getMethod() : "_OTHER";
  }
}
