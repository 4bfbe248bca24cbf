package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Traces of images through both processes. Each context has a trace and a parent of its own, whose
 * ids end alike. Batches have two images, and wait for both: each image has a known companion.
 */
class TracesIT {

  private static final String CALL = "1";
  private static final String STREAM = "2";
  private static final String ITEM = "3";
  private static final String UNSAMPLED = "4";
  private static final String DAMAGED = "5";

  private static List<ReceivedSpan> spans;
  private static String metrics;
  private static Map<String, ClassifyStreamResponse> items;

  @BeforeAll
  static void classify() throws Exception {
    try (OtlpReceiver receiver = new OtlpReceiver();
        Services services =
            Services.startIn(
                Map.of(
                    "OTEL_TRACES_EXPORTER",
                    "otlp",
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    receiver.endpoint()),
                "--max-batch",
                "2",
                "--max-delay-ms",
                "60000")) {
      send(services);
      metrics = services.metrics("application/openmetrics-text");
      stop(services.featureProgram());
      stop(services.headProgram());
      spans = receiver.spans();
    }
  }

  private static void send(Services services) throws Exception {
    StreamAnswers answers = new StreamAnswers();
    StreamObserver<ClassifyStreamRequest> stream =
        services
            .featureStub()
            .withInterceptors(header(traceparent(STREAM, "01")))
            .classifyStream(answers);
    ByteString photo = Photos.any();
    stream.onNext(item("of the call", "", photo));
    stream.onNext(item("of its own", traceparent(ITEM, "01"), photo));
    answers.awaitCount(2);
    ByteString damaged = Photos.any().substring(0, photo.size() / 2);
    stream.onNext(item("damaged", traceparent(DAMAGED, "01"), damaged));
    answers.awaitCount(3);
    ListenableFuture<ClassifyResponse> call =
        FeatureServiceGrpc.newFutureStub(services.featureChannel())
            .withInterceptors(header(traceparent(CALL, "01")))
            .withDeadlineAfter(Services.TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
            .classify(Photos.classify(photo, "cats-vs-dogs"));
    stream.onNext(item("unsampled", traceparent(UNSAMPLED, "00"), photo));
    assertThat(call.get().getHeadsCount()).isEqualTo(1);
    stream.onCompleted();
    items = answers.awaitEnd();
  }

  private static void stop(Program program) throws IOException, InterruptedException {
    program.terminate();
    assertThat(program.await().exitCode()).isZero();
  }

  private static String trace(String number) {
    return number.repeat(32);
  }

  private static String traceparent(String number, String flags) {
    return "00-%s-%s-%s".formatted(trace(number), number.repeat(16), flags);
  }

  private static ClientInterceptor header(String traceparent) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), traceparent);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  private static ClassifyStreamRequest item(String id, String traceparent, ByteString photo) {
    return Photos.item(id, photo).toBuilder().setTraceparent(traceparent).build();
  }

  /** In the order of their starts. */
  private static Stream<ReceivedSpan> ofTrace(String number) {
    return spans.stream()
        .filter(span -> span.trace().equals(trace(number)))
        .sorted(Comparator.comparingLong(ReceivedSpan::start));
  }

  private static ReceivedSpan only(String number, String name) {
    List<ReceivedSpan> named = ofTrace(number).filter(span -> span.name().equals(name)).toList();
    assertThat(named).hasSize(1);
    return named.get(0);
  }

  private static List<ReceivedSpan> childrenOf(ReceivedSpan parent) {
    return spans.stream()
        .filter(span -> span.parent().equals(parent.id()))
        .sorted(Comparator.comparingLong(ReceivedSpan::start))
        .toList();
  }

  @Test
  void aCallIsOneTraceThroughBothServices() {
    ReceivedSpan call = only(CALL, "Recv.vgg16.v1.FeatureService.Classify");
    ReceivedSpan image = only(CALL, "vgg16 image");
    ReceivedSpan map = only(CALL, "vgg16 map");
    assertThat(call.parent()).isEqualTo(CALL.repeat(16));
    assertThat(image.parent()).isEqualTo(call.id());
    assertThat(map.parent()).isEqualTo(only(CALL, "heads").id());
    assertThat(map.service()).isEqualTo("head-service");
    assertThat(map.span().getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(ofTrace(CALL).filter(span -> !span.name().equals("vgg16 map")))
        .extracting(ReceivedSpan::service)
        .containsOnly("feature-service");
  }

  @Test
  void theStagesOfAnImageFollowEachOther() {
    ReceivedSpan image = only(CALL, "vgg16 image");
    List<ReceivedSpan> stages = childrenOf(image);
    assertThat(stages)
        .extracting(ReceivedSpan::name)
        .containsExactly("queue", "decode", "batch", "backbone", "heads");
    for (int i = 1; i < stages.size(); i++) {
      assertThat(stages.get(i).start()).isEqualTo(stages.get(i - 1).end());
      assertThat(stages.get(i).end()).isGreaterThan(stages.get(i).start());
    }
    assertThat(image.start()).isLessThanOrEqualTo(stages.get(0).start());
    assertThat(image.end()).isEqualTo(stages.get(4).end());
  }

  @Test
  void spansSayWhatBecameOfTheImage() {
    ReceivedSpan image = only(CALL, "vgg16 image");
    assertThat(image.attribute("vgg16.method").getStringValue()).isEqualTo("Classify");
    assertThat(image.attribute("vgg16.outcome").getStringValue()).isEqualTo("OK");
    assertThat(image.attribute("vgg16.batch.size").getIntValue()).isEqualTo(2);
    assertThat(image.attribute("vgg16.cached").hasBoolValue()).isTrue();
    ReceivedSpan map = only(CALL, "vgg16 map");
    assertThat(map.attribute("vgg16.batch.size").getIntValue()).isEqualTo(2);
    assertThat(map.attribute("vgg16.heads").getArrayValue().getValues(0).getStringValue())
        .isEqualTo("cats-vs-dogs@1");
  }

  @Test
  void anItemIsOfTheTraceThatItNames() {
    ReceivedSpan stream = only(STREAM, "Recv.vgg16.v1.FeatureService.ClassifyStream");
    ReceivedSpan own = only(ITEM, "vgg16 image");
    assertThat(stream.parent()).isEqualTo(STREAM.repeat(16));
    assertThat(own.parent()).isEqualTo(ITEM.repeat(16));
    assertThat(own.links()).containsExactly(stream.id());
    assertThat(own.attribute("vgg16.item.id").getStringValue()).isEqualTo("of its own");
    assertThat(only(ITEM, "vgg16 map").parent()).isEqualTo(only(ITEM, "heads").id());
  }

  @Test
  void anItemWithoutATraceIsOfItsCallsTrace() {
    ReceivedSpan stream = only(STREAM, "Recv.vgg16.v1.FeatureService.ClassifyStream");
    ReceivedSpan image = only(STREAM, "vgg16 image");
    assertThat(image.parent()).isEqualTo(stream.id());
    assertThat(image.links()).isEmpty();
    assertThat(image.attribute("vgg16.item.id").getStringValue()).isEqualTo("of the call");
    assertThat(only(STREAM, "vgg16 map").parent()).isEqualTo(only(STREAM, "heads").id());
  }

  @Test
  void imagesOfABatchHaveLinksToEachOther() {
    assertThat(only(STREAM, "backbone").links()).containsExactly(only(ITEM, "vgg16 image").id());
    assertThat(only(ITEM, "backbone").links()).containsExactly(only(STREAM, "vgg16 image").id());
    assertThat(only(CALL, "backbone").links()).isEmpty();
  }

  @Test
  void whatIsNotSampledSendsNoSpans() {
    assertThat(items.get("unsampled").hasResponse()).isTrue();
    assertThat(ofTrace(UNSAMPLED)).isEmpty();
    assertThat(spans)
        .extracting(span -> span.attribute("vgg16.item.id").getStringValue())
        .doesNotContain("unsampled");
  }

  @Test
  void aFailureSaysWhyAndInWhichStage() {
    assertThat(items.get("damaged").getError().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT.value());
    ReceivedSpan image = only(DAMAGED, "vgg16 image");
    assertThat(image.span().getStatus().getCode())
        .isEqualTo(io.opentelemetry.proto.trace.v1.Status.StatusCode.STATUS_CODE_ERROR);
    assertThat(image.span().getStatus().getMessage())
        .isEqualTo(items.get("damaged").getError().getMessage());
    assertThat(image.attribute("error.type").getStringValue()).isEqualTo("INVALID_ARGUMENT");
    assertThat(childrenOf(image)).extracting(ReceivedSpan::name).containsExactly("queue", "decode");
  }

  /** In OpenMetrics's format alone, which Prometheus asks for where it stores exemplars. */
  @Test
  void exemplarsNameTheTraceOfAnImage() {
    assertThat(metrics)
        .containsPattern(
            "(?m)^vgg16_image_duration_seconds_bucket\\{method=\"Classify\".* # \\{span_id=\"%s\",trace_id=\"%s\"}"
                .formatted(only(CALL, "vgg16 image").id(), trace(CALL)));
  }
}
