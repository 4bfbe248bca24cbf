package dev.vgg16.feature.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import com.google.protobuf.ByteString;
import dev.vgg16.feature.api.BackboneDescription;
import dev.vgg16.feature.api.MethodTelemetry;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.feature.backbone.Backbones;
import dev.vgg16.feature.image.ImageLimits;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.feature.image.Preprocessing;
import dev.vgg16.feature.pipeline.FeaturePipeline;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.feature.pipeline.ImageMetrics;
import dev.vgg16.feature.pipeline.RoutingKey;
import dev.vgg16.feature.pipeline.Scorer;
import dev.vgg16.feature.relay.MapRelay;
import dev.vgg16.feature.relay.ScoreMessages;
import dev.vgg16.feature.relay.WireOptions;
import dev.vgg16.inference.batch.Batcher;
import dev.vgg16.inference.batch.BatcherListener;
import dev.vgg16.inference.batch.BatcherOptions;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.oip.GRPCInferenceServiceGrpc;
import dev.vgg16.oip.InferParameter;
import dev.vgg16.oip.InferTensorContents;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.oip.ModelInferRequest.InferInputTensor;
import dev.vgg16.oip.ModelInferRequest.InferRequestedOutputTensor;
import dev.vgg16.oip.ModelInferResponse;
import dev.vgg16.oip.ModelInferResponse.InferOutputTensor;
import dev.vgg16.oip.ModelMetadataRequest;
import dev.vgg16.oip.ModelMetadataResponse;
import dev.vgg16.oip.ModelMetadataResponse.TensorMetadata;
import dev.vgg16.oip.ModelReadyRequest;
import dev.vgg16.oip.ModelStatisticsRequest;
import dev.vgg16.oip.ModelStatisticsResponse;
import dev.vgg16.oip.ModelStreamInferResponse;
import dev.vgg16.oip.RepositoryIndexRequest;
import dev.vgg16.oip.ServerLiveRequest;
import dev.vgg16.oip.ServerReadyRequest;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.HeatMap;
import dev.vgg16.v1.ListHeadsResponse;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.Novelty;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The protocol on the whole pipeline, but for the network and VGG16: the backbone gives the mean of
 * an image's pixels, and the head's scores of its classes are that mean and its negative.
 */
class InferenceApiTest {

  private static final ImageLimits LIMITS = new ImageLimits(100_000, 1 << 20);
  private static final int PIXELS = 4 * 4 * 3;

  private final Backbone backbone = Backbones.tiny();
  private final BlockingQueue<MapSelection> selections = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> keys = new LinkedBlockingQueue<>();
  private final List<Head> heads = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean ready = true;
  private volatile boolean headsAreReached = true;
  private volatile boolean changes;
  private volatile boolean headsHang;
  private final BlockingQueue<Runnable> hanging = new LinkedBlockingQueue<>();
  private FeaturePipeline pipeline;
  private Batcher<ImageJob, RowBuffer> batcher;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    heads.add(head("cats", "1", false));
    heads.add(head("cats", "2", true));
    heads.add(head("other", "1", true).toBuilder().setBackbone("another").build());
    ImageReader reader = new ImageReader(LIMITS, 4, 4, Preprocessing.TF);
    Scorer scorer =
        new MapRelay(
            (message, left) -> answer(score(ScoreMessages.toProto(message))),
            WireOptions.DEFAULT,
            OpenTelemetry.noop().getMeter("test"));
    pipeline =
        new FeaturePipeline(reader, backbone, scorer, scorer, WireOptions.DEFAULT.forms(), 4, 3);
    batcher =
        new Batcher<>(
            "test",
            new BatcherOptions(4, Duration.ZERO, 10, 1 << 24, 2, backbone.instances()),
            pipeline,
            BatcherListener.NONE);
    InferenceApi api =
        new InferenceApi(
            "1.2.3",
            () -> ready,
            BackboneDescription.of(backbone, LIMITS, 4),
            this::list,
            new InferenceApi.Images(reader, batcher::submit, batcher::removeCancelled),
            new OpenStreams(),
            4,
            MethodTelemetry.of(
                GRPCInferenceServiceGrpc.getModelInferMethod(),
                new ImageMetrics(OpenTelemetry.noop().getMeter("test"), ImageMetrics.Recorder.NONE),
                Optional.empty()));
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
  }

  private Head head(String name, String version, boolean isDefault) {
    return Head.newBuilder()
        .setName(name)
        .setVersion(version)
        .setBackbone(backbone.manifest().id())
        .addLabels("dark")
        .addLabels("bright")
        .setDefaultVersion(isDefault)
        .setExplains(isDefault)
        .setMeasuresNovelty(!isDefault)
        .build();
  }

  private ListenableFuture<ListHeadsResponse> list() {
    return headsAreReached
        ? Futures.immediateFuture(ListHeadsResponse.newBuilder().addAllHeads(heads).build())
        : Futures.immediateFailedFuture(ServingException.unavailable("no heads"));
  }

  /** At once, unless the heads hang. */
  private ListenableFuture<ScoreResponse> answer(ScoreResponse response) {
    SettableFuture<ScoreResponse> answer = SettableFuture.create();
    Runnable send = () -> answer.set(response);
    if (headsHang) {
      hanging.add(send);
    } else {
      send.run();
    }
    return answer;
  }

  private ScoreResponse score(ScoreRequest request) {
    ByteBuffer maps =
        request.getMaps().getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    ScoreResponse.Builder response = ScoreResponse.newBuilder();
    keys.addAll(request.getRoutingKeysList());
    for (int i = 0; i < request.getMaps().getCount(); i++) {
      MapSelection selection = request.getSelections(request.getSelectionsCount() == 1 ? 0 : i);
      selections.add(selection);
      response.addMaps(scores(selection, maps.getFloat(12 * i)));
    }
    return response.build();
  }

  private MapScores scores(MapSelection selection, float mean) {
    String asked = selection.getHeads(0);
    if (!asked.startsWith("cats")) {
      return MapScores.newBuilder()
          .setError(
              com.google.rpc.Status.newBuilder()
                  .setCode(Status.Code.NOT_FOUND.value())
                  .setMessage("no head " + asked))
          .build();
    }
    ClassScore dark = classScore(0, "dark", -mean);
    ClassScore bright = classScore(1, "bright", mean);
    HeadScores.Builder scores =
        HeadScores.newBuilder()
            .setHead("cats")
            .setVersion(asked.equals("cats@1") || (changes && mean > 0.6) ? "1" : "2")
            .addScores(mean > 0 ? bright : dark);
    if (selection.getTopK() != 1) {
      scores.addScores(mean > 0 ? dark : bright);
    }
    if (selection.hasExplain()) {
      scores.setHeatMap(HeatMap.newBuilder().setHeight(1).setWidth(2).addValues(1).addValues(mean));
    }
    if (selection.getNovelty()) {
      scores.setNovelty(Novelty.newBuilder().setDistance(mean).setThreshold(3));
    }
    HeadScoresList.Builder heads = HeadScoresList.newBuilder().addHeads(scores);
    selection.getHeadsList().stream()
        .skip(1)
        .forEach(further -> heads.addHeads(further(further, scores)));
    return MapScores.newBuilder().setScores(heads).build();
  }

  private static HeadScores further(String head, HeadScores.Builder like) {
    return head.equals("broken")
        ? HeadScores.newBuilder()
            .setError(
                com.google.rpc.Status.newBuilder()
                    .setCode(Status.Code.FAILED_PRECONDITION.value())
                    .setMessage("broken is of another backbone"))
            .build()
        : like.clone().setHead(head).setVersion("7").build();
  }

  private static ClassScore classScore(int index, String label, float score) {
    return ClassScore.newBuilder().setIndex(index).setLabel(label).setScore(score).build();
  }

  /** Of images whose pixels all have one value. */
  private static ModelInferRequest request(String model, float... values) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (float value : values) {
      contents.addAllFp32Contents(Collections.nCopies(PIXELS, value));
    }
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("pixels")
                .setDatatype("FP32")
                .addAllShape(List.of((long) values.length, 4L, 4L, 3L))
                .setContents(contents))
        .build();
  }

  private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub blocking() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  private static float[] floats(ModelInferResponse response, int output) {
    ByteBuffer bytes =
        response.getRawOutputContents(output).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static List<String> texts(ModelInferResponse response, int output) {
    ByteString raw = response.getRawOutputContents(output);
    ByteBuffer lengths = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<String> texts = new ArrayList<>();
    for (int at = 0; at < raw.size(); ) {
      int end = at + Integer.BYTES + lengths.getInt(at);
      texts.add(raw.substring(at + Integer.BYTES, end).toStringUtf8());
      at = end;
    }
    return texts;
  }

  private static InferRequestedOutputTensor output(String name) {
    return InferRequestedOutputTensor.newBuilder().setName(name).build();
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  private static InferParameter number(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }

  @Test
  void scoresComeInTheOrderOfClassesWithTheirLabels() {
    ModelInferResponse response =
        blocking().modelInfer(request("cats", 0.5f, -0.25f).toBuilder().setId("7").build());
    assertThat(response.getId()).isEqualTo("7");
    assertThat(response.getModelName()).isEqualTo("cats");
    assertThat(response.getModelVersion()).isEqualTo("2");
    assertThat(response.getOutputsList())
        .extracting(tensor -> tensor.getName() + tensor.getDatatype() + tensor.getShapeList())
        .containsExactly("scoresFP32[2, 2]", "labelsBYTES[2, 2]");
    assertThat(floats(response, 0))
        .containsExactly(new float[] {-0.5f, 0.5f, 0.25f, -0.25f}, within(1e-5f));
    assertThat(texts(response, 1)).containsExactly("dark", "bright", "dark", "bright");
  }

  @Test
  void asksForTheVersion() {
    ModelInferRequest request = request("cats", 1).toBuilder().setModelVersion("1").build();
    assertThat(blocking().modelInfer(request).getModelVersion()).isEqualTo("1");
    assertThat(selections.remove().getHeadsList()).containsExactly("cats@1");
  }

  /** An answer has one version, which head-service chooses by the key. */
  @Test
  void theImagesOfARequestHaveOneKey() {
    ModelInferRequest request = request("cats", 0.5f, -0.25f);
    var unused = blocking().modelInfer(request);
    long own = keys.remove();
    assertThat(keys).containsExactly(own);
    keys.clear();
    unused =
        blocking()
            .modelInfer(
                request.toBuilder()
                    .putParameters(
                        "routing_key", InferParameter.newBuilder().setStringParam("ann").build())
                    .build());
    assertThat(keys).hasSize(2).containsOnly(RoutingKey.of("ann", ByteString.EMPTY));
  }

  @Test
  void theBestClassesComeBestFirst() {
    ModelInferResponse response =
        blocking()
            .modelInfer(
                request("cats", 0.5f, -0.25f).toBuilder()
                    .putParameters("top_k", number(1))
                    .build());
    assertThat(floats(response, 0)).containsExactly(new float[] {0.5f, 0.25f}, within(1e-5f));
    assertThat(texts(response, 1)).containsExactly("bright", "dark");
  }

  @Test
  void furtherHeadsScoreTheSameImages() {
    ModelInferRequest request =
        request("cats", 0.5f, -0.25f).toBuilder()
            .putParameters("heads", text("pets, birds@7"))
            .build();
    ModelInferResponse response = blocking().modelInfer(request);
    assertThat(response.getModelVersion()).isEqualTo("2");
    assertThat(response.getOutputsList())
        .extracting(InferOutputTensor::getName)
        .containsExactly(
            "scores", "labels", "pets:scores", "pets:labels", "birds@7:scores", "birds@7:labels");
    assertThat(floats(response, 2))
        .containsExactly(new float[] {-0.5f, 0.5f, 0.25f, -0.25f}, within(1e-5f));
    assertThat(selections.remove().getHeadsList()).containsExactly("cats", "pets", "birds@7");
    assertFails(
        request.toBuilder().putParameters("heads", text("broken")).build(),
        Status.Code.FAILED_PRECONDITION,
        "broken is of another backbone");
    assertFails(
        request.toBuilder().putParameters("heads", text("pets,pets")).build(),
        Status.Code.INVALID_ARGUMENT,
        "parameters[heads]: has pets a second time");
    assertFails(
        request.toBuilder().putParameters("heads", text("pets,")).build(),
        Status.Code.INVALID_ARGUMENT,
        "parameters[heads]: has a name of 0 characters");
    assertFails(
        request.toBuilder().putParameters("heads", number(1)).build(),
        Status.Code.INVALID_ARGUMENT,
        "parameters[heads]: is not a text: names, separated by commas");
  }

  @Test
  void theBackboneGivesFloat16OnRequest() {
    ModelInferResponse response =
        blocking()
            .modelInfer(
                request(backbone.manifest().name(), 0.5f).toBuilder()
                    .addOutputs(output("features_fp16"))
                    .build());
    assertThat(response.getOutputs(0).getDatatype()).isEqualTo("FP16");
    assertThat(response.getOutputs(0).getShapeList()).containsExactly(1L, 1L, 1L, 3L);
    assertThat(
            response
                .getRawOutputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getShort())
        .isEqualTo((short) 0x3800);
    assertThat(response.getRawOutputContents(0).size()).isEqualTo(6);
  }

  /** Triton's extension. */
  @Test
  void classification() {
    ModelInferResponse response =
        blocking()
            .modelInfer(
                request("cats", 0.5f, -0.25f).toBuilder()
                    .addOutputs(
                        output("scores").toBuilder().putParameters("classification", number(1)))
                    .build());
    assertThat(response.getOutputs(0).getDatatype()).isEqualTo("BYTES");
    assertThat(response.getOutputs(0).getShapeList()).containsExactly(2L, 1L);
    assertThat(texts(response, 0)).containsExactly("0.500000:1:bright", "0.250000:0:dark");
  }

  @Test
  void heatMapsAndNovelty() {
    ModelInferRequest request =
        request("cats", 0.5f, -0.25f).toBuilder()
            .addOutputs(output("novelty"))
            .addOutputs(output("heat_map"))
            .putParameters("explain", InferParameter.newBuilder().setStringParam("dark").build())
            .build();
    ModelInferResponse response = blocking().modelInfer(request);
    assertThat(response.getOutputs(0).getShapeList()).containsExactly(2L, 2L);
    assertThat(floats(response, 0))
        .containsExactly(new float[] {0.5f, 3, -0.25f, 3}, within(1e-5f));
    assertThat(response.getOutputs(1).getShapeList()).containsExactly(2L, 1L, 2L);
    assertThat(floats(response, 1))
        .containsExactly(new float[] {1, 0.5f, 1, -0.25f}, within(1e-5f));
    assertThat(selections.remove().getExplain())
        .isEqualTo(Explain.newBuilder().setLabel("dark").build());
  }

  @Test
  void theBackboneGivesFeatures() {
    String name = backbone.manifest().name();
    ModelInferResponse response = blocking().modelInfer(request(name, 0.5f, -0.25f));
    assertThat(response.getModelVersion()).isEqualTo("1");
    assertThat(response.getOutputs(0).getName()).isEqualTo("features");
    assertThat(response.getOutputs(0).getShapeList()).containsExactly(2L, 1L, 1L, 3L);
    assertThat(floats(response, 0))
        .containsExactly(new float[] {0.5f, 0.5f, 0.5f, -0.25f, -0.25f, -0.25f}, within(1e-5f));
    assertThat(selections).isEmpty();
    assertFails(
        request(name, 1).toBuilder().setModelVersion("2").build(),
        Status.Code.NOT_FOUND,
        "there is no model " + name + " of version 2");
    assertFails(
        request(name, 1).toBuilder().addOutputs(output("scores")).build(),
        Status.Code.INVALID_ARGUMENT,
        "outputs[0].name: is 'scores'; the model has features, features_fp16");
    assertFails(
        request(name, 1).toBuilder().putParameters("heads", text("cats")).build(),
        Status.Code.INVALID_ARGUMENT,
        "parameters[heads]: is for heads: ask one of them, not the backbone");
  }

  @Test
  void refusesWhatItDoesNotHave() {
    String ready = "ready are cats, " + backbone.manifest().name();
    assertFails(request("dogs", 1), Status.Code.NOT_FOUND, "there is no model dogs; " + ready);
    assertFails(
        request("cats", 1).toBuilder().addOutputs(output("x")).build(),
        Status.Code.INVALID_ARGUMENT,
        "outputs[0].name: is 'x'; the model has scores, labels, heat_map, novelty");
    assertFails(
        request("cats", 1).toBuilder().putParameters("top_k", number(-1)).build(),
        Status.Code.INVALID_ARGUMENT,
        "parameters[top_k]: is not a whole number from 0 to 2147483647");
    assertFails(
        request("cats", 1).toBuilder().putParameters("routing_key", number(1)).build(),
        Status.Code.INVALID_ARGUMENT,
        "parameters[routing_key]: is not a text: such as the id of a user");
    assertFails(
        request("cats", 1).toBuilder()
            .putParameters(
                "routing_key", InferParameter.newBuilder().setStringParam("é".repeat(129)).build())
            .build(),
        Status.Code.INVALID_ARGUMENT,
        "parameters[routing_key]: has more than 256 bytes");
    assertFails(
        request("cats", 1).toBuilder().putParameters("explain", number(1)).build(),
        Status.Code.INVALID_ARGUMENT,
        "parameters[explain]: is not a text");
  }

  /** One that can't be decoded fails its request, and takes no place in the queue. */
  @Test
  void aBadImageFailsItsRequest() {
    ModelInferRequest request =
        ModelInferRequest.newBuilder()
            .setModelName("cats")
            .addInputs(
                InferInputTensor.newBuilder()
                    .setName("image")
                    .setDatatype("BYTES")
                    .addShape(1)
                    .setContents(
                        InferTensorContents.newBuilder()
                            .addBytesContents(ByteString.copyFromUtf8("not an image"))))
            .build();
    assertFails(request, Status.Code.INVALID_ARGUMENT, "inputs[0][0]: ");
    assertThat(selections).isEmpty();
  }

  /** While heads hang, at most three batches run: there is no room for 64 images. */
  @Test
  void aRequestBeyondTheQueueIsRefusedAsAWhole() {
    headsHang = true;
    assertFails(request("cats", new float[64]), Status.Code.RESOURCE_EXHAUSTED, "");
    assertThat(batcher.queueLength()).isZero();
    headsHang = false;
    hanging.forEach(Runnable::run);
    assertThat(blocking().modelInfer(request("cats", 1)).getModelVersion()).isEqualTo("2");
  }

  @Test
  void refusesWhatWouldHarmOthers() {
    ModelInferRequest twice =
        request("cats", 1).toBuilder()
            .addOutputs(output("scores"))
            .addOutputs(output("scores"))
            .build();
    assertFails(twice, Status.Code.INVALID_ARGUMENT, "outputs[1].name: is 'scores' a second time");
    assertFails(
        request("c".repeat(200), 1).toBuilder().setModelVersion("v".repeat(200)).build(),
        Status.Code.INVALID_ARGUMENT,
        "model_name: has with its version more than 256 bytes");
    assertFails(
        request("cats", 1).toBuilder().putParameters("timeout", number(Long.MAX_VALUE)).build(),
        Status.Code.INVALID_ARGUMENT,
        "parameters[timeout]: is not a whole number from 0 to 86400000000");
    assertThat(selections).isEmpty();
  }

  /** As when a head is released between two batches. */
  @Test
  void imagesOfOneRequestAreAnsweredByOneVersion() {
    changes = true;
    assertFails(
        request("cats", 0.5f, 0.75f), Status.Code.UNAVAILABLE, "another version of the model");
  }

  @Test
  void aTimeoutEndsTheRequest() {
    assertFails(
        request("cats", new float[8]).toBuilder().putParameters("timeout", number(1)).build(),
        Status.Code.DEADLINE_EXCEEDED,
        "");
  }

  /** Each has its id. They have ten times the images that the queue has places for. */
  @Test
  void aStreamAnswersEachRequest() throws InterruptedException {
    BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();
    BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    StreamObserver<ModelInferRequest> requests =
        GRPCInferenceServiceGrpc.newStub(channel)
            .modelStreamInfer(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ModelStreamInferResponse answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable cause) {
                    ends.add(cause.toString());
                  }

                  @Override
                  public void onCompleted() {
                    ends.add("completed");
                  }
                });
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ids.add("good " + i);
      requests.onNext(request("cats", new float[5]).toBuilder().setId("good " + i).build());
      if (i == 9) {
        ids.addAll(List.of("unknown", "empty"));
        requests.onNext(request("dogs", 1).toBuilder().setId("unknown").build());
        requests.onNext(ModelInferRequest.newBuilder().setId("empty").build());
      }
    }
    requests.onCompleted();
    assertThat(ends.poll(60, TimeUnit.SECONDS)).isEqualTo("completed");
    assertThat(answers).hasSize(22);
    assertThat(answers)
        .filteredOn(answer -> !answer.getErrorMessage().isEmpty())
        .extracting(
            answer ->
                "%s %s: %s"
                    .formatted(
                        answer.getInferResponse().getId(),
                        answer
                            .getInferResponse()
                            .getParametersOrThrow("status_code")
                            .getStringParam(),
                        answer.getErrorMessage()))
        .containsExactlyInAnyOrder(
            "unknown NOT_FOUND: there is no model dogs; ready are cats, "
                + backbone.manifest().name(),
            "empty INVALID_ARGUMENT: inputs: has 0 entries; a request has one: image or pixels");
    assertThat(answers).filteredOn(answer -> answer.getErrorMessage().isEmpty()).hasSize(20);
    assertThat(answers)
        .as("in the order of the requests")
        .extracting(answer -> answer.getInferResponse().getId())
        .containsExactlyElementsOf(ids);
  }

  @Test
  void aBadImageOfSeveralIsNamed() {
    ModelInferRequest good = request("cats", 0.1f, 0.2f, 0.3f);
    InferInputTensor.Builder input = good.getInputs(0).toBuilder();
    // Of the third image; found when it is read, after the first check.
    input.getContentsBuilder().setFp32Contents(2 * PIXELS, 255);
    assertFails(
        good.toBuilder().setInputs(0, input).build(),
        Status.Code.INVALID_ARGUMENT,
        "inputs[0][2]: has 255 at float 0; pixels are x / 127.5 - 1, between -1 and 1");
  }

  /** Its client would read what was in its memory before. */
  @Test
  void sharedMemoryIsRefused() {
    InferParameter region = InferParameter.newBuilder().setStringParam("mine").build();
    ModelInferRequest request = request("cats", 1);
    assertFails(
        request.toBuilder()
            .setInputs(
                0, request.getInputs(0).toBuilder().putParameters("shared_memory_region", region))
            .build(),
        Status.Code.INVALID_ARGUMENT,
        "inputs[0].parameters[shared_memory_region]: is not served");
    assertFails(
        request.toBuilder()
            .addOutputs(
                InferRequestedOutputTensor.newBuilder()
                    .setName("scores")
                    .putParameters("shared_memory_region", region))
            .build(),
        Status.Code.INVALID_ARGUMENT,
        "outputs[0].parameters[shared_memory_region]: is not served");
  }

  @Test
  void saysWhetherItIsReady() {
    assertThat(blocking().serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(isReady()).isTrue();
    assertThat(isReady("cats", "")).isTrue();
    assertThat(isReady("cats", "1")).isTrue();
    assertThat(isReady("cats", "3")).isFalse();
    assertThat(isReady("dogs", "")).isFalse();
    assertThat(isReady("other", "")).as("of another backbone").isFalse();
    assertThat(isReady(backbone.manifest().name(), "")).isTrue();
    ready = false;
    assertThat(isReady()).isFalse();
    assertThat(isReady(backbone.manifest().name(), "")).isFalse();
  }

  @Test
  void withoutHeadsTheBackboneCanBeAsked() {
    headsAreReached = false;
    assertThat(isReady("cats", "")).isFalse();
    assertThat(isReady(backbone.manifest().name(), "")).isTrue();
    assertThatThrownBy(() -> metadata("cats", "")).hasMessage("UNAVAILABLE: no heads");
  }

  private boolean isReady() {
    return blocking().serverReady(ServerReadyRequest.getDefaultInstance()).getReady();
  }

  private boolean isReady(String name, String version) {
    return blocking()
        .modelReady(ModelReadyRequest.newBuilder().setName(name).setVersion(version).build())
        .getReady();
  }

  @Test
  void describesModels() {
    ModelMetadataResponse metadata = metadata("cats", "");
    assertThat(metadata.getVersionsList()).containsExactly("1", "2");
    assertThat(metadata.getInputsList())
        .extracting(tensor -> tensor.getName() + tensor.getDatatype() + tensor.getShapeList())
        .containsExactly("imageBYTES[-1]", "pixelsFP32[-1, 4, 4, 3]");
    assertThat(metadata.getOutputsList())
        .extracting(tensor -> tensor.getName() + tensor.getDatatype() + tensor.getShapeList())
        .containsExactly("scoresFP32[-1, 2]", "labelsBYTES[-1, 2]", "heat_mapFP32[-1, 1, 1]");
    assertThat(metadata("cats", "1").getOutputsList())
        .as("explains nothing")
        .extracting(TensorMetadata::getName)
        .containsExactly("scores", "labels", "novelty");
    assertThat(metadata(backbone.manifest().name(), "").getOutputsList())
        .extracting(tensor -> tensor.getName() + tensor.getDatatype() + tensor.getShapeList())
        .containsExactly("featuresFP32[-1, 1, 1, 3]", "features_fp16FP16[-1, 1, 1, 3]");
    assertThatThrownBy(() -> metadata("dogs", ""))
        .hasMessage(
            "NOT_FOUND: there is no model dogs; ready are cats, " + backbone.manifest().name());
    assertThatThrownBy(() -> metadata("cats", "3"))
        .hasMessage("NOT_FOUND: there is no model cats of version 3; it has versions 1, 2");
    assertThat(metadata.getOutputs(0).getParametersOrThrow("labels").getStringParam())
        .isEqualTo("[\"dark\",\"bright\"]");
    assertThat(metadata("cats", "1").getOutputs(2).getParametersOrThrow("columns").getStringParam())
        .isEqualTo("[\"distance\",\"threshold\"]");
  }

  private ModelMetadataResponse metadata(String name, String version) {
    return blocking()
        .modelMetadata(ModelMetadataRequest.newBuilder().setName(name).setVersion(version).build());
  }

  @Test
  void listsModels() {
    assertThat(
            blocking().repositoryIndex(RepositoryIndexRequest.getDefaultInstance()).getModelsList())
        .extracting(model -> model.getName() + "@" + model.getVersion() + " " + model.getState())
        .containsExactly(
            "cats@1 READY",
            "cats@2 READY",
            "other@1 UNAVAILABLE",
            backbone.manifest().name() + "@1 READY");
  }

  @Test
  void countsWhatItAnswers() {
    var unused = blocking().modelInfer(request("cats", 0.1f, 0.2f, 0.3f));
    var statistics =
        blocking().modelStatistics(ModelStatisticsRequest.newBuilder().setName("cats").build());
    assertThat(statistics.getModelStats(0).getInferenceCount()).isEqualTo(3);
    assertThat(statistics.getModelStats(0).getInferenceStats().getSuccess().getCount())
        .isEqualTo(1);
  }

  @Test
  void countsOfAModelThatIsNotThere() {
    assertThat(statistics("cats", "").getModelStatsList())
        .as("not asked yet")
        .extracting(model -> model.getName() + "@" + model.getVersion() + model.getInferenceCount())
        .containsExactly("cats@10", "cats@20");
    assertThat(statistics(backbone.manifest().name(), "").getModelStatsCount()).isEqualTo(1);
    assertThatThrownBy(() -> statistics("dogs", ""))
        .hasMessageStartingWith("NOT_FOUND: there is no model dogs; ready are cats, ");
    assertThatThrownBy(() -> statistics("cats", "3"))
        .hasMessageStartingWith("NOT_FOUND: there is no model cats of version 3; ");
    assertThat(statistics("", "").getModelStatsCount()).isZero();
  }

  private ModelStatisticsResponse statistics(String name, String version) {
    return blocking()
        .modelStatistics(
            ModelStatisticsRequest.newBuilder().setName(name).setVersion(version).build());
  }

  /** When a list can't be had, the head's own words. */
  @Test
  void anUnknownModelIsToldWithoutAList() {
    headsAreReached = false;
    assertFails(request("dogs", 1), Status.Code.NOT_FOUND, "no head dogs");
  }

  private void assertFails(ModelInferRequest request, Status.Code code, String message) {
    assertThatThrownBy(() -> blocking().modelInfer(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).contains(message);
            });
  }
}
