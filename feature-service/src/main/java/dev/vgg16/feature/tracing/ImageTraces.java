package dev.vgg16.feature.tracing;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.google.common.annotations.VisibleForTesting;
import dev.vgg16.feature.pipeline.ImageTrace;
import dev.vgg16.service.errors.OneLine;
import dev.vgg16.service.telemetry.TraceParent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.function.Supplier;

/** Begins the traces of the images of one gRPC method. */
public interface ImageTraces {

  /** Where no spans are sent. */
  ImageTraces OFF = (id, traceparent) -> ImageTrace.NONE;

  /**
   * Begins the trace of an image, from within the gRPC method.
   *
   * @param id of the stream's item; may be empty
   * @param traceparent of the item; where it is empty or invalid, the call's span is the parent
   * @return {@link ImageTrace#NONE} if the image is not sampled
   */
  ImageTrace begin(String id, String traceparent);

  /**
   * @param method such as {@code ClassifyStream}
   */
  static ImageTraces of(Optional<Tracer> tracer, String method) {
    return tracer.<ImageTraces>map(to -> new Sampled(to, method, WallClock::now)).orElse(OFF);
  }

  /** Begins the traces that the sampler wants. */
  final class Sampled implements ImageTraces {

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("vgg16.method");
    private static final AttributeKey<String> ID = AttributeKey.stringKey("vgg16.item.id");

    /** As in the log. */
    private static final int MAX_ID = 64;

    private final Tracer tracer;
    private final String method;
    private final Supplier<WallClock> clocks;

    @VisibleForTesting
    Sampled(Tracer tracer, String method, Supplier<WallClock> clocks) {
      this.tracer = tracer;
      this.method = method;
      this.clocks = clocks;
    }

    @Override
    public ImageTrace begin(String id, String traceparent) {
      Context call = Context.current();
      Context parent = TraceParent.parse(traceparent, call);
      WallClock clock = clocks.get();
      SpanBuilder image =
          tracer
              .spanBuilder("vgg16 image")
              .setParent(parent)
              .setStartTimestamp(clock.epochNanos(System.nanoTime()), NANOSECONDS)
              .setAttribute(METHOD, method);
      if (!id.isEmpty()) {
        image.setAttribute(ID, OneLine.truncated(id, MAX_ID));
      }
      if (parent != call) {
        image.setSpanKind(SpanKind.SERVER);
        link(image, Span.fromContext(call).getSpanContext());
      }
      Span span = image.startSpan();
      return span.getSpanContext().isSampled()
          ? new SampledImage(tracer, parent.with(span), clock)
          : ImageTrace.NONE;
    }

    /** The stream that brought an item of another trace. */
    private static void link(SpanBuilder image, SpanContext call) {
      if (call.isSampled()) {
        image.addLink(call);
      }
    }
  }
}
