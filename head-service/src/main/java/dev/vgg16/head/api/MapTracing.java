package dev.vgg16.head.api;

import dev.vgg16.service.telemetry.TraceParent;
import dev.vgg16.v1.ScoreRequest;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Optional;

/** Begins the spans of the maps that a request has a trace context of. */
public interface MapTracing {

  /** Where no spans are sent. */
  MapTracing OFF = request -> MapSpans.NONE;

  MapSpans begin(ScoreRequest request);

  static MapTracing of(Optional<Tracer> tracer) {
    return tracer.<MapTracing>map(to -> request -> begin(to, request)).orElse(OFF);
  }

  private static MapSpans begin(Tracer tracer, ScoreRequest request) {
    int count = request.getTraceparentsCount();
    return count == 0 || count != request.getMaps().getCount()
        ? MapSpans.NONE
        : new MapSpans(
            request.getTraceparentsList().stream().map(field -> begin(tracer, field)).toList());
  }

  /** Of a map without a context, an invalid span, which does nothing. */
  private static Span begin(Tracer tracer, String traceparent) {
    Context parent = TraceParent.parse(traceparent, Context.root());
    return parent == Context.root()
        ? Span.getInvalid()
        : tracer
            .spanBuilder("vgg16 map")
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .startSpan();
  }
}
