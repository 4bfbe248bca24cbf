package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {

  private static final String FIELD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final Context call = Context.root().with(ContextKey.named("of"), "the call");

  @Test
  void readsAContextAsTheHeaderWouldHaveIt() {
    SpanContext span = Span.fromContext(TraceParent.parse(FIELD, call)).getSpanContext();
    assertThat(span.getTraceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(span.getSpanId()).isEqualTo("00f067aa0ba902b7");
    assertThat(span.isSampled()).isTrue();
    assertThat(span.isRemote()).isTrue();
  }

  @Test
  void readsWhatItWrites() {
    SpanContext span = Span.fromContext(TraceParent.parse(FIELD, call)).getSpanContext();
    assertThat(TraceParent.of(span)).isEqualTo(FIELD).hasSize(55);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "cats",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
      })
  void ignoresWhatIsNone(String field) {
    assertThat(TraceParent.parse(field, call)).isSameAs(call);
  }
}
