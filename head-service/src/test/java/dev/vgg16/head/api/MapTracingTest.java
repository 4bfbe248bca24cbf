package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.AnswerListener;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.RecordedStream;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MapTracingTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e473";

  private final RecordedSpans spans = new RecordedSpans();
  private final HeadRegistry registry = TinyHeads.load();
  private final ModelLoading loading = new ModelLoading();
  private final List<String> currentTraces = new ArrayList<>();

  @AfterEach
  void close() {
    loading.close();
    registry.close();
  }

  private void score(MapTracing tracing, ScoreRequest request) {
    BatchScorer scorer =
        new BatchScorer(
            (head, maps, nanos) -> currentTraces.add(Span.current().getSpanContext().getTraceId()),
            8);
    BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    new HeadApi(
            registry,
            scorer,
            8,
            new OpenStreams(),
            new ProgressReports(),
            loading,
            4,
            tracing,
            DriftReports.NONE,
            AnswerListener.NONE)
        .score(request, new RecordedStream<>(answers));
    assertThat(answers).isNotEmpty();
  }

  private void score(ScoreRequest.Builder request) {
    score(MapTracing.of(Optional.of(spans.tracer())), request.build());
  }

  private static ScoreRequest.Builder request(String... traceparents) {
    return ScoreRequest.newBuilder()
        .setMaps(TinyHeads.maps(1, 2, 3))
        .addAllTraceparents(List.of(traceparents));
  }

  private static String context(int trace, String flags) {
    return "00-%s%d-00f067aa0ba902b%d-%s".formatted(TRACE, trace, trace, flags);
  }

  private static MapSelection select(String head) {
    return MapSelection.newBuilder().addHeads(head).build();
  }

  private static String attribute(SpanData span, String key) {
    return span.getAttributes().get(AttributeKey.stringKey(key));
  }

  @Test
  void eachMapWithAContextHasASpan() {
    score(request(context(1, "01"), "", context(3, "01")));
    assertThat(spans.all()).extracting(SpanData::getName).containsOnly("vgg16 map");
    assertThat(spans.all()).extracting(SpanData::getTraceId).containsExactly(TRACE + 1, TRACE + 3);
    assertThat(spans.all())
        .extracting(SpanData::getParentSpanId)
        .containsExactly("00f067aa0ba902b1", "00f067aa0ba902b3");
    SpanData first = spans.all().get(0);
    assertThat(first.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(first.getAttributes().get(AttributeKey.stringArrayKey("vgg16.heads")))
        .containsExactly("three@10");
    assertThat(first.getAttributes().get(AttributeKey.longKey("vgg16.batch.size"))).isEqualTo(3);
    assertThat(attribute(first, "vgg16.outcome")).isEqualTo("OK");
    // Which the exemplars of metrics name.
    assertThat(currentTraces).containsExactly(TRACE + 1);
  }

  @Test
  void aMapThatIsNotSampledHasNone() {
    score(request(context(1, "00"), context(2, "01"), context(3, "00")));
    assertThat(spans.only("vgg16 map").getTraceId()).isEqualTo(TRACE + 2);
    assertThat(currentTraces).containsExactly(TRACE + 2);
  }

  @Test
  void invalidContextsAndAnotherNumberOfThemAreIgnored() {
    score(request("cats", "", "00-"));
    score(request(context(1, "01")));
    score(request());
    assertThat(spans.all()).isEmpty();
    assertThat(currentTraces).hasSize(3);
  }

  @Test
  void offThereAreNone() {
    score(MapTracing.of(Optional.empty()), request(context(1, "01"), "", "").build());
    assertThat(spans.all()).isEmpty();
    assertThat(currentTraces).hasSize(1);
  }

  @Test
  void aMapThatFailsSaysWhy() {
    score(
        request(context(1, "01"), context(2, "01"), "")
            .addSelections(select("three"))
            .addSelections(select("nothing"))
            .addSelections(select("three")));
    assertThat(spans.all().get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertFailed(spans.all().get(1), "NOT_FOUND");
  }

  @Test
  void aRequestThatFailsFailsEachMap() {
    score(request(context(1, "01"), "", context(3, "01")).addSelections(select("nothing")));
    assertThat(spans.all()).hasSize(2);
    spans.all().forEach(span -> assertFailed(span, "NOT_FOUND"));
  }

  private static void assertFailed(SpanData span, String code) {
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getStatus().getDescription()).contains("nothing");
    assertThat(attribute(span, "error.type")).isEqualTo(code);
    assertThat(attribute(span, "vgg16.outcome")).isEqualTo(code);
  }

  @Test
  void manyHeadsAreNamedUpToALimit() {
    MapSelection.Builder all = MapSelection.newBuilder();
    for (int i = 0; i < 20; i++) {
      all.addHeads("three");
    }
    score(request(context(1, "01"), "", "").addSelections(all));
    assertThat(
            spans.only("vgg16 map").getAttributes().get(AttributeKey.stringArrayKey("vgg16.heads")))
        .hasSize(16);
  }
}
