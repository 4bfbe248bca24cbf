package dev.vgg16.feature.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.feature.pipeline.ImageTrace;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.feature.pipeline.TestTimes;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTracesTest {

  private static final String OTHER_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SAMPLED = "00-" + OTHER_TRACE + "-00f067aa0ba902b7-01";
  private static final String NOT_SAMPLED = "00-" + OTHER_TRACE + "-00f067aa0ba902b7-00";
  private static final long EPOCH = 1_700_000_000_000_000_000L;

  private final RecordedSpans spans = new RecordedSpans();
  private final ImageTraces traces =
      new ImageTraces.Sampled(spans.tracer(), "ClassifyStream", () -> new WallClock(EPOCH, 0));
  private final Span call = spans.tracer().spanBuilder("call").startSpan();

  private ImageTrace begin(String id, String traceparent) {
    return within(call, () -> traces.begin(id, traceparent));
  }

  private static <T> T within(Span current, Callable<T> action) {
    try {
      return Context.root().with(current).wrap(action).call();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void succeed(ImageTrace trace, StageTimes times) {
    trace.submitted(times);
    trace.succeeded(times, unused -> {});
  }

  private SpanData image() {
    return spans.only("vgg16 image");
  }

  private static String attribute(SpanData span, String key) {
    return span.getAttributes().get(AttributeKey.stringKey(key));
  }

  @Test
  void isAChildOfTheCall() {
    succeed(begin("7", ""), TestTimes.withMap());
    assertThat(image().getParentSpanContext()).isEqualTo(call.getSpanContext());
    assertThat(image().getKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(image().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(attribute(image(), "vgg16.method")).isEqualTo("ClassifyStream");
    assertThat(attribute(image(), "vgg16.item.id")).isEqualTo("7");
    assertThat(attribute(image(), "vgg16.outcome")).isEqualTo("OK");
    assertThat(image().getAttributes().get(AttributeKey.booleanKey("vgg16.cached"))).isFalse();
  }

  @Test
  void aUnaryCallHasNoId() {
    succeed(begin("", ""), TestTimes.withMap());
    assertThat(attribute(image(), "vgg16.item.id")).isNull();
  }

  @Test
  void aLongIdIsCut() {
    succeed(begin("i".repeat(256), ""), TestTimes.withMap());
    assertThat(attribute(image(), "vgg16.item.id")).isEqualTo("i".repeat(64) + "...");
  }

  /** The stream that brought it is in the link. */
  @Test
  void anItemCanBeOfATraceOfItsOwn() {
    succeed(begin("7", SAMPLED), TestTimes.withMap());
    assertThat(image().getTraceId()).isEqualTo(OTHER_TRACE);
    assertThat(image().getParentSpanId()).isEqualTo("00f067aa0ba902b7");
    assertThat(image().getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(image().getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(call.getSpanContext());
  }

  @Test
  void anInvalidTraceparentIsIgnored() {
    succeed(begin("7", "00-cats"), TestTimes.withMap());
    assertThat(image().getParentSpanContext()).isEqualTo(call.getSpanContext());
    assertThat(image().getLinks()).isEmpty();
  }

  @Test
  void whatIsNotSampledHasNoTrace() {
    assertThat(begin("7", NOT_SAMPLED)).isSameAs(ImageTrace.NONE);
    Span unsampledCall =
        Span.wrap(
            SpanContext.create(
                OTHER_TRACE, "00f067aa0ba902b7", TraceFlags.getDefault(), TraceState.getDefault()));
    assertThat(within(unsampledCall, () -> traces.begin("7", ""))).isSameAs(ImageTrace.NONE);
    assertThat(spans.all()).isEmpty();
  }

  /** As in an unsampled call that brings a sampled item. */
  @Test
  void withoutASpanOfTheCallThereIsNoLink() {
    ImageTrace trace = within(Span.getInvalid(), () -> traces.begin("7", SAMPLED));
    succeed(trace, TestTimes.withMap());
    assertThat(image().getLinks()).isEmpty();
  }

  @Test
  void offThereIsNone() {
    ImageTraces off = ImageTraces.of(Optional.empty(), "Classify");
    assertThat(off.begin("7", SAMPLED)).isSameAs(ImageTrace.NONE);
  }

  @Test
  void hasASpanForEachStage() {
    ImageTrace trace = begin("7", "");
    succeed(trace, TestTimes.withMap());
    assertThat(spans.all())
        .extracting(SpanData::getName)
        .containsExactly("queue", "decode", "batch", "backbone", "vgg16 image");
    long start = EPOCH + 1_000;
    for (SpanData stage : spans.all().subList(0, 4)) {
      assertThat(stage.getParentSpanContext()).isEqualTo(trace.span());
      assertThat(stage.getStartEpochNanos()).isEqualTo(start);
      start += 100;
      assertThat(stage.getEndEpochNanos()).isEqualTo(start);
    }
  }

  @Test
  void theHeadsGetTheContextOfTheirSpan() {
    ImageTrace trace = begin("7", "");
    StageTimes times = TestTimes.withMap();
    trace.submitted(times);
    String traceparent = trace.sentToHeads();
    trace.succeeded(times, unused -> {});
    SpanData heads = spans.only("heads");
    assertThat(traceparent)
        .startsWith("00-%s-%s-".formatted(heads.getTraceId(), heads.getSpanId()));
    assertThat(heads.getSpanContext().isSampled()).isTrue();
    assertThat(heads.getParentSpanContext()).isEqualTo(trace.span());
    assertThat(heads.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(heads.getStartEpochNanos()).isEqualTo(EPOCH + 1_400);
    assertThat(heads.getEndEpochNanos()).isEqualTo(image().getEndEpochNanos());
  }

  @Test
  void aFailureEndsTheStageThatItIsIn() {
    ImageTrace trace = begin("7", "");
    trace.submitted(TestTimes.decoding());
    trace.failed(Status.Code.INVALID_ARGUMENT, "image.encoded: is damaged");
    assertThat(spans.all())
        .extracting(SpanData::getName)
        .containsExactly("queue", "decode", "vgg16 image");
    assertThat(spans.only("decode").getEndEpochNanos()).isEqualTo(image().getEndEpochNanos());
    assertFailed(image(), "INVALID_ARGUMENT", "image.encoded: is damaged");
    assertThat(attribute(image(), "vgg16.outcome")).isEqualTo("INVALID_ARGUMENT");
  }

  @Test
  void whatIsRefusedHasNoStages() {
    begin("7", "").failed(Status.Code.RESOURCE_EXHAUSTED, "full");
    assertThat(spans.all()).hasSize(1);
    assertFailed(image(), "RESOURCE_EXHAUSTED", "full");
  }

  @Test
  void aFailureOfTheHeadsIsTheirSpansToo() {
    ImageTrace trace = begin("7", "");
    trace.submitted(TestTimes.withMap());
    assertThat(trace.sentToHeads()).isNotEmpty();
    trace.failed(Status.Code.NOT_FOUND, "no head");
    assertFailed(spans.only("heads"), "NOT_FOUND", "no head");
    assertThat(spans.only("backbone").getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  private static void assertFailed(SpanData span, String code, String message) {
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getStatus().getDescription()).isEqualTo(message);
    assertThat(attribute(span, "error.type")).isEqualTo(code);
  }

  @Test
  void aResultThatCannotBeSentIsNoSecondOutcome() {
    ImageTrace trace = begin("7", "");
    succeed(trace, TestTimes.withMap());
    trace.failed(Status.Code.INTERNAL, "no memory to send");
    assertThat(spans.all()).hasSize(5);
    assertThat(attribute(image(), "vgg16.outcome")).isEqualTo("OK");
  }

  @Test
  void theBackbonesSpanHasLinksToTheBatch() {
    ImageTrace trace = begin("7", "");
    trace.inBatch(3);
    trace.inBatchWith(call.getSpanContext());
    succeed(trace, TestTimes.withMap());
    assertThat(image().getAttributes().get(AttributeKey.longKey("vgg16.batch.size"))).isEqualTo(3);
    assertThat(spans.only("backbone").getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(call.getSpanContext());
  }

  @Test
  void anImageOfTheCacheSaysSo() {
    succeed(begin("7", ""), TestTimes.cached());
    assertThat(image().getAttributes().get(AttributeKey.booleanKey("vgg16.cached"))).isTrue();
    assertThat(spans.all()).extracting(SpanData::getName).containsExactly("queue", "vgg16 image");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", SAMPLED})
  void metricsAreRecordedWithinItsSpan(String traceparent) {
    ImageTrace trace = begin("7", traceparent);
    StageTimes times = TestTimes.withMap();
    trace.submitted(times);
    trace.succeeded(
        times, unused -> assertThat(Span.current().getSpanContext()).isEqualTo(trace.span()));
    assertThat(image().getSpanContext()).isEqualTo(trace.span());
  }
}
