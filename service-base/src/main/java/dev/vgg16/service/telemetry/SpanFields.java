package dev.vgg16.service.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * The fields that say in which span an event was logged, with the names that OpenTelemetry gives
 * them in logs.
 */
public final class SpanFields {

  private static final String TRACE = "trace_id";
  private static final String SPAN = "span_id";

  private SpanFields() {}

  /** Adds those of the current span to an event, on the thread that logs it. */
  static void capture(ILoggingEvent event) {
    SpanContext span = Span.current().getSpanContext();
    if (span.isValid() && event instanceof LoggingEvent logged) {
      of(span).forEach(logged::addKeyValuePair);
    }
  }

  /** Those of a span; none if it is not valid. */
  public static List<KeyValuePair> of(SpanContext span) {
    return span.isValid()
        ? List.of(
            new KeyValuePair(TRACE, span.getTraceId()), new KeyValuePair(SPAN, span.getSpanId()))
        : List.of();
  }
}
