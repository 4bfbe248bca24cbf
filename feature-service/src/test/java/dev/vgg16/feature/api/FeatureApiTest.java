package dev.vgg16.feature.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.util.concurrent.SettableFuture;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.BadRequest;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.feature.backbone.Backbones;
import dev.vgg16.feature.image.ImageLimits;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.feature.image.Preprocessing;
import dev.vgg16.feature.image.TestImages;
import dev.vgg16.feature.pipeline.FeaturePipeline;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.feature.pipeline.ImageMetrics;
import dev.vgg16.feature.pipeline.Scorer;
import dev.vgg16.feature.relay.MapRelay;
import dev.vgg16.feature.relay.ScoreMessages;
import dev.vgg16.feature.relay.WireOptions;
import dev.vgg16.inference.batch.Batcher;
import dev.vgg16.inference.batch.BatcherListener;
import dev.vgg16.inference.batch.BatcherOptions;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.service.telemetry.Telemetry;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.ExtractRequest;
import dev.vgg16.v1.ExtractResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.GetBackboneRequest;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.Image;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The whole service but for the network and VGG16 itself: the backbone of these tests gives the
 * mean of an image's pixels, and the head gives that mean back, so that each answer tells its
 * image.
 */
class FeatureApiTest {

  private static final ImageLimits LIMITS = new ImageLimits(100_000, 1 << 20);

  private final Backbone backbone = Backbones.tiny();
  private final BlockingQueue<ScoreRequest> scored = new LinkedBlockingQueue<>();
  private final OpenStreams openStreams = new OpenStreams();
  private final Telemetry telemetry = Telemetry.prometheus("feature-service");
  private FeaturePipeline pipeline;
  private Batcher<ImageJob, RowBuffer> batcher;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    ImageReader reader = new ImageReader(LIMITS, 4, 4, Preprocessing.TF);
    Scorer scorer =
        new MapRelay(
            (message, left) -> score(ScoreMessages.toProto(message)),
            WireOptions.DEFAULT,
            OpenTelemetry.noop().getMeter("test"));
    pipeline =
        new FeaturePipeline(reader, backbone, scorer, scorer, WireOptions.DEFAULT.forms(), 4, 3);
    batcher =
        new Batcher<>(
            "test",
            new BatcherOptions(4, Duration.ZERO, 100, 1 << 24, 2, backbone.instances()),
            pipeline,
            BatcherListener.NONE);
    FeatureApi api =
        new FeatureApi(
            reader,
            batcher::submit,
            batcher::removeCancelled,
            BackboneDescription.of(backbone, LIMITS, 4),
            openStreams,
            8,
            new ImageMetrics(telemetry.meter(), ImageMetrics.Recorder.NONE),
            Optional.empty());
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(api).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    batcher.close();
    pipeline.close();
    backbone.close();
    telemetry.close();
  }

  /** The head: one class, whose score is the map's red. It refuses the head `unknown`. */
  private SettableFuture<ScoreResponse> score(ScoreRequest request) {
    scored.add(request);
    ByteBuffer maps =
        request.getMaps().getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    ScoreResponse.Builder response = ScoreResponse.newBuilder();
    for (int i = 0; i < request.getMaps().getCount(); i++) {
      String head =
          request.getSelections(request.getSelectionsCount() == 1 ? 0 : i).getHeadsList().stream()
              .findFirst()
              .orElse("default");
      response.addMaps(head.equals("unknown") ? refusal() : redness(head, maps.getFloat(12 * i)));
    }
    SettableFuture<ScoreResponse> answer = SettableFuture.create();
    answer.set(response.build());
    return answer;
  }

  private static MapScores refusal() {
    return MapScores.newBuilder()
        .setError(
            com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.NOT_FOUND.value())
                .setMessage("no head unknown"))
        .build();
  }

  private static MapScores redness(String head, float red) {
    return MapScores.newBuilder()
        .setScores(
            HeadScoresList.newBuilder()
                .addHeads(
                    HeadScores.newBuilder()
                        .setHead(head)
                        .addScores(ClassScore.newBuilder().setScore(red))))
        .build();
  }

  @Test
  void classifiesAnImage() {
    ClassifyResponse response = blocking().classify(classify(red(255), "h"));
    assertThat(response.getHeads(0).getHead()).isEqualTo("h");
    assertThat(response.getHeads(0).getScores(0).getScore()).isCloseTo(1f, within(1e-4f));
    assertThat(response.getTiming().getDecodeUs()).isPositive();
    assertThat(scored.remove().getMaps().getBackbone()).isEqualTo("tiny-4-tf-000000000000");
  }

  @Test
  void extractsAMap() {
    ExtractResponse response =
        blocking().extract(ExtractRequest.newBuilder().setImage(encoded(red(0))).build());
    ByteBuffer map =
        response.getMaps().getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    assertThat(map.remaining()).isEqualTo(12);
    assertThat(map.getFloat(0)).isCloseTo(-1f, within(1e-4f));
    assertThat(response.getMaps().getCount()).isEqualTo(1);
    assertThat(response.getMaps().getDataType()).isEqualTo(DataType.DATA_TYPE_FLOAT32);
    assertThat(response.getMaps().getBackbone()).isEqualTo(backbone.manifest().id());
    assertThat(response.getTiming().getHeadUs()).isZero();
    assertThat(scored).isEmpty();
  }

  /** The stages of an image add up to its whole time. */
  @Test
  void measuresEachImage() {
    var unusedScores = blocking().classify(classify(red(255), "h"));
    var unusedMap =
        blocking().extract(ExtractRequest.newBuilder().setImage(encoded(red(0))).build());
    assertThatThrownBy(() -> blocking().classify(classify(red(255), "unknown")))
        .isInstanceOf(StatusRuntimeException.class);
    assertThat(measured("duration_seconds_count", "method=\"Classify\"")).isEqualTo(1);
    assertThat(measured("duration_seconds_count", "method=\"Extract\"")).isEqualTo(1);
    assertThat(measured("stage_duration_seconds_count", "stage=\"queue\"")).isEqualTo(2);
    assertThat(measured("stage_duration_seconds_count", "stage=\"decode\"")).isEqualTo(2);
    assertThat(measured("stage_duration_seconds_count", "stage=\"backbone\"")).isEqualTo(2);
    assertThat(measured("stage_duration_seconds_count", "stage=\"heads\"")).isEqualTo(1);
    assertThat(measured("stage_duration_seconds_sum", ""))
        .isCloseTo(measured("duration_seconds_sum", ""), within(1e-9));
  }

  private double measured(String metric, String label) {
    String page = telemetry.expose(null).body().toStringUtf8();
    return Pattern.compile("(?m)^vgg16_image_%s\\{.*%s.*} (.*)$".formatted(metric, label))
        .matcher(page)
        .results()
        .mapToDouble(sample -> Double.parseDouble(sample.group(1)))
        .sum();
  }

  @Test
  void describesTheBackbone() {
    var backboneResponse = blocking().getBackbone(GetBackboneRequest.getDefaultInstance());
    assertThat(backboneResponse.getId()).isEqualTo("tiny-4-tf-000000000000");
    assertThat(backboneResponse.getMaxImageBytes()).isEqualTo(100_000);
    assertThat(backboneResponse.getPrecision()).isEqualTo("fp32");
    assertThat(backboneResponse.getDevice()).isEqualTo("cpu");
    assertThat(backboneResponse.getExecutionProvider()).isEqualTo("cpu");
  }

  @Test
  void refusesBadImagesByNameOfTheField() {
    assertInvalid(ClassifyRequest.getDefaultInstance(), "image");
    assertInvalid(classify(ByteString.EMPTY, "h"), "image.encoded");
    assertInvalid(classify(ByteString.copyFrom(new byte[100_001]), "h"), "image.encoded");
    ByteString png = red(1);
    assertInvalid(classify(png.substring(0, png.size() - 20), "h"), "image.encoded");
    assertInvalid(
        ClassifyRequest.newBuilder()
            .setImage(Image.newBuilder().setPixels(ByteString.copyFrom(new byte[3])))
            .build(),
        "image.pixels");
  }

  /** One caller's nonsense must not reach the message that the heads get for many callers. */
  @Test
  void refusesTooManyHeadsAndTooLongNames() {
    ClassifyRequest many =
        ClassifyRequest.newBuilder()
            .setImage(encoded(red(1)))
            .addAllHeads(Collections.nCopies(257, "h"))
            .build();
    assertInvalid(many, "heads");
    assertInvalid(classify(red(1), "h".repeat(257)), "heads[0]");
    assertInvalid(explained(red(1), "l".repeat(1025)), "explain.label");
    assertThat(scored).isEmpty();
  }

  @Test
  void passesOnWhatTheHeadsAreAsked() {
    ClassifyRequest request =
        explained(red(1), "cat").toBuilder().setTopK(3).setNovelty(true).build();
    var unused = blocking().classify(request);
    assertThat(scored.remove().getSelections(0))
        .isEqualTo(
            MapSelection.newBuilder()
                .addHeads("h")
                .setTopK(3)
                .setNovelty(true)
                .setExplain(Explain.newBuilder().setLabel("cat"))
                .build());
  }

  /** What this service does not understand must not reach the heads. */
  @Test
  void passesOnNothingElse() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    ClassifyRequest.Builder request = explained(red(1), "cat").toBuilder();
    request.setUnknownFields(unknown).getExplainBuilder().setUnknownFields(unknown);
    var unused = blocking().classify(request.build());
    assertThat(scored.remove().getSelections(0))
        .isEqualTo(
            MapSelection.newBuilder()
                .addHeads("h")
                .setExplain(Explain.newBuilder().setLabel("cat"))
                .build());
  }

  /** Also one whose id is what is too long, which is not sent back. */
  @Test
  void anItemBeyondTheLimitsAnswersForItself() throws InterruptedException {
    ResultSinks answers = new ResultSinks();
    StreamObserver<ClassifyStreamRequest> requests =
        FeatureServiceGrpc.newStub(channel).classifyStream(answers);
    ClassifyStreamRequest good = item(0);
    ClassifyStreamRequest.Builder bad = good.toBuilder().setId("bad");
    bad.getRequestBuilder().addHeads("h".repeat(257));
    requests.onNext(good.toBuilder().setId("i".repeat(257)).build());
    requests.onNext(bad.build());
    requests.onNext(good);
    requests.onCompleted();
    Map<String, ClassifyStreamResponse> byId = answers.take(3);
    assertThat(measured("duration_seconds_count", "method=\"ClassifyStream\"")).isEqualTo(1);
    assertThat(byId.get("").getError().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT.value());
    assertThat(byId.get("").getError().getMessage())
        .isEqualTo("id: has 257 bytes; at most 256 are allowed");
    assertThat(badRequest(byId.get("bad").getError()).getFieldViolations(0).getField())
        .isEqualTo("heads[1]");
    assertThat(byId.get("item-0").hasResponse()).isTrue();
    assertThat(answers.end()).isEqualTo("completed");
  }

  private static ClassifyRequest explained(ByteString file, String label) {
    return classify(file, "h").toBuilder().setExplain(Explain.newBuilder().setLabel(label)).build();
  }

  @Test
  void passesOnTheHeadsRefusal() {
    assertThatThrownBy(() -> blocking().classify(classify(red(1), "unknown")))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage("NOT_FOUND: no head unknown");
  }

  /** Good, bad and extracted ones side by side: each answer must belong to its own image. */
  @Test
  void answersEachItemOfAStreamForItself() throws InterruptedException {
    int items = 200;
    ResultSinks answers = new ResultSinks();
    StreamObserver<ClassifyStreamRequest> requests =
        FeatureServiceGrpc.newStub(channel).classifyStream(answers);
    for (int i = 0; i < items; i++) {
      requests.onNext(item(i));
      if (i % 10 == 0) {
        var unused =
            blocking().extract(ExtractRequest.newBuilder().setImage(encoded(red(9))).build());
      }
    }
    requests.onCompleted();
    Map<String, ClassifyStreamResponse> byId = answers.take(items);
    assertThat(byId).hasSize(items);
    for (int i = 0; i < items; i++) {
      ClassifyStreamResponse answer = byId.get("item-" + i);
      if (i % 7 == 3) {
        assertThat(answer.getError().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT.value());
      } else if (i % 7 == 4) {
        assertThat(answer.getError().getCode()).isEqualTo(Status.Code.NOT_FOUND.value());
      } else {
        HeadScores scores = answer.getResponse().getHeads(0);
        assertThat(scores.getHead()).isEqualTo("head-" + i % 3);
        assertThat(scores.getScores(0).getScore()).isCloseTo(i / 127.5f - 1, within(1e-4f));
      }
    }
    assertThat(answers.end()).isEqualTo("completed");
  }

  private static ClassifyStreamRequest item(int i) {
    ByteString image = i % 7 == 3 ? ByteString.copyFromUtf8("no image") : red(i);
    String head = i % 7 == 4 ? "unknown" : "head-" + i % 3;
    return ClassifyStreamRequest.newBuilder()
        .setId("item-" + i)
        .setRequest(classify(image, head))
        .build();
  }

  private FeatureServiceGrpc.FeatureServiceBlockingStub blocking() {
    return FeatureServiceGrpc.newBlockingStub(channel).withDeadlineAfter(120, TimeUnit.SECONDS);
  }

  private void assertInvalid(ClassifyRequest request, String field) {
    assertThatThrownBy(() -> blocking().classify(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              BadRequest detail = badRequest(StatusProto.fromThrowable(e));
              assertThat(detail.getFieldViolations(0).getField()).isEqualTo(field);
            });
  }

  private static BadRequest badRequest(com.google.rpc.Status status) {
    try {
      return status.getDetails(0).unpack(BadRequest.class);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ByteString red(int red) {
    return TestImages.plainPng(5, 5, red << 16);
  }

  private static Image encoded(ByteString file) {
    return Image.newBuilder().setEncoded(file).build();
  }

  private static ClassifyRequest classify(ByteString file, String head) {
    return ClassifyRequest.newBuilder().setImage(encoded(file)).addAllHeads(List.of(head)).build();
  }

  private static final class ResultSinks implements StreamObserver<ClassifyStreamResponse> {
    private final BlockingQueue<ClassifyStreamResponse> answers = new LinkedBlockingQueue<>();
    private final SettableFuture<String> end = SettableFuture.create();

    @Override
    public void onNext(ClassifyStreamResponse answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable t) {
      end.set(t.toString());
    }

    @Override
    public void onCompleted() {
      end.set("completed");
    }

    Map<String, ClassifyStreamResponse> take(int count) throws InterruptedException {
      Map<String, ClassifyStreamResponse> byId = new HashMap<>();
      for (int i = 0; i < count; i++) {
        ClassifyStreamResponse answer = answers.poll(120, TimeUnit.SECONDS);
        assertThat(answer).as("answer %d of %d", i + 1, count).isNotNull();
        assertThat(byId.put(answer.getId(), answer)).isNull();
      }
      return byId;
    }

    String end() throws InterruptedException {
      try {
        return end.get(120, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        throw new AssertionError(e);
      }
    }
  }
}
