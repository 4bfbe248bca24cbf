package dev.vgg16.service.telemetry;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field of a message that has a span's context, as W3C's header {@code traceparent} has it. For
 * what belongs to another trace than the call that it is a part of.
 */
public final class TraceParent {

  private static final String HEADER = "traceparent";

  private static final TextMapGetter<String> FIELD =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String field) {
          return List.of(HEADER);
        }

        @Override
        public @Nullable String get(@Nullable String field, String key) {
          return key.equals(HEADER) ? field : null;
        }
      };

  private TraceParent() {}

  /**
   * The context in a field.
   *
   * @param otherwise the result when the field is empty or invalid
   */
  public static Context parse(String field, Context otherwise) {
    return field.isEmpty()
        ? otherwise
        : W3CTraceContextPropagator.getInstance().extract(otherwise, field, FIELD);
  }

  /** The field for a span: 55 characters. */
  public static String of(SpanContext span) {
    return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex();
  }
}
