package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.rpc.BadRequest;
import dev.vgg16.head.novelty.DriftReport;
import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.AnswerListener;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.RecordedStream;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.Drift;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.GetHeadRequest;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.ListHeadsRequest;
import dev.vgg16.v1.ListHeadsResponse;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeadApiTest {

  /** make_heads.py: the offset of the head's weights. */
  private static final double THREE_10 = 1.0;

  private static final double THREE_2 = 0.5;
  private static final double TWO_1 = 2.0;

  private final HeadRegistry registry = TinyHeads.load();
  private final List<String> runs = new ArrayList<>();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    ScoreListener listener =
        (head, maps, nanos) -> {
          synchronized (runs) {
            runs.add(head.id() + " x" + maps);
          }
        };
    HeadApi api =
        new HeadApi(
            registry,
            new BatchScorer(listener, 8),
            8,
            new OpenStreams(),
            new ProgressReports(),
            new ModelLoading(),
            4,
            MapTracing.OFF,
            HeadApiTest::drift,
            AnswerListener.NONE);
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(api).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  private static Optional<DriftReport> drift(HeadManifest head) {
    return switch (head.name() + head.version()) {
      case "two1" -> Optional.of(new DriftReport(70, 7, OptionalDouble.of(0.25)));
      case "three10" -> Optional.of(new DriftReport(3, 0, OptionalDouble.empty()));
      default -> Optional.empty();
    };
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    registry.close();
  }

  @Test
  void scoresWithTheDefaultHeadWhenNoneIsNamed() {
    ScoreResponse response = score(request(TinyHeads.maps(1, 2, 3)));
    assertThat(response.getMapsCount()).isEqualTo(3);
    for (int map = 0; map < 3; map++) {
      HeadScores scores = response.getMaps(map).getScores().getHeads(0);
      assertThat(scores.getHead()).isEqualTo("three");
      assertThat(scores.getVersion()).isEqualTo("10");
      assertScores(scores, TinyHeads.expected(map + 1, 3, THREE_10));
    }
  }

  @Test
  void scoresWithSeveralHeadsInTheRequestedOrder() {
    ScoreResponse response =
        score(request(TinyHeads.maps(4, 5), select(0, "two", "three@2", "three")));
    for (int map = 0; map < 2; map++) {
      List<HeadScores> heads = response.getMaps(map).getScores().getHeadsList();
      assertThat(heads).hasSize(3);
      assertScores(heads.get(0), TinyHeads.expected(4 + map, 2, TWO_1));
      assertScores(heads.get(1), TinyHeads.expected(4 + map, 3, THREE_2));
      assertScores(heads.get(2), TinyHeads.expected(4 + map, 3, THREE_10));
    }
    assertThat(runs).containsExactly("two@1 x2", "three@2 x2", "three@10 x2");
  }

  /** Each head runs once, on the maps that select it, and no map gets another's scores. */
  @Test
  void scoresEachMapWithItsOwnHeads() {
    ScoreResponse response =
        score(
            request(
                TinyHeads.maps(1, 2, 3, 4),
                select(1, "two"),
                select(0, "three"),
                select(0, "three", "two"),
                select(2, "nothing")));
    assertThat(runs).containsExactlyInAnyOrder("two@1 x2", "three@10 x2");
    assertThat(heads(response, 0)).hasSize(1);
    assertThat(heads(response, 0).get(0).getScoresList()).hasSize(1);
    assertScores(heads(response, 1).get(0), TinyHeads.expected(2, 3, THREE_10));
    assertScores(heads(response, 2).get(0), TinyHeads.expected(3, 3, THREE_10));
    assertScores(heads(response, 2).get(1), TinyHeads.expected(3, 2, TWO_1));
    assertThat(response.getMaps(3).getError().getCode()).isEqualTo(Status.Code.NOT_FOUND.value());
  }

  @Test
  void oneOfSeveralHeadsFailsAlone() {
    List<HeadScores> heads =
        heads(score(request(TinyHeads.maps(1), select(0, "nothing", "two"))), 0);
    assertThat(heads.get(0).getHead()).isEqualTo("nothing");
    assertThat(heads.get(0).getError().getCode()).isEqualTo(Status.Code.NOT_FOUND.value());
    assertScores(heads.get(1), TinyHeads.expected(1, 2, TWO_1));
  }

  @Test
  void aSelectionForAllThatFailsFailsTheRequest() {
    assertFails(
        request(TinyHeads.maps(1, 2), select(0, "nothing", "three@7")),
        Status.Code.NOT_FOUND,
        "",
        "there is no head nothing");
  }

  @Test
  void refusesMapsThatCanNotBeScored() {
    FeatureMaps maps = TinyHeads.maps(1, 2);
    assertInvalid(ScoreRequest.getDefaultInstance(), "maps", "is missing");
    assertInvalid(request(maps.toBuilder().setCount(0).build()), "maps.count", "is 0");
    assertInvalid(
        request(maps.toBuilder().setCount(9).build()), "maps.count", "is 9; it must be 1 to 8");
    assertInvalid(request(maps.toBuilder().setCount(-1).build()), "maps.count", "is 4294967295");
    assertInvalid(
        request(maps.toBuilder().clearDataType().build()),
        "maps.data_type",
        "is DATA_TYPE_UNSPECIFIED; it must be DATA_TYPE_FLOAT32 or DATA_TYPE_FLOAT16");
    assertInvalid(
        request(maps.toBuilder().setDataType(DataType.DATA_TYPE_FLOAT16).build()),
        "maps.data",
        "has 48 bytes; 2 float16 maps of [1, 2, 3], 12 bytes each, have 24");
    assertInvalid(
        request(maps.toBuilder().setPoolingValue(9).build()),
        "maps.pooling",
        "is 9; it must be POOLING_AVERAGE, or nothing");
    assertInvalid(
        request(maps.toBuilder().setDataTypeValue(77).build()), "maps.data_type", "is 77");
    assertInvalid(
        request(maps.toBuilder().setData(maps.getData().substring(4)).build()),
        "maps.data",
        "has 44 bytes; 2 float32 maps of [1, 2, 3], 24 bytes each, have 48");
    assertInvalid(
        request(TinyHeads.maps(1, 2, 3), select(0), select(0)),
        "selections",
        "has 2 entries for 3 maps");
    assertFails(
        request(maps.toBuilder().setBackbone("other").build()),
        Status.Code.FAILED_PRECONDITION,
        "",
        "the head three@10 was made for the maps of backbone tiny, and these are of other");
  }

  @Test
  void aStreamGoesOnAfterABadItem() throws InterruptedException {
    BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    StreamObserver<ScoreStreamRequest> requests =
        HeadServiceGrpc.newStub(channel).scoreStream(new RecordedStream<>(answers));
    requests.onNext(item("bad", ScoreRequest.getDefaultInstance()));
    requests.onNext(item("good", request(TinyHeads.maps(6))));
    requests.onCompleted();
    ScoreStreamResponse bad = (ScoreStreamResponse) answers.poll(120, TimeUnit.SECONDS);
    ScoreStreamResponse good = (ScoreStreamResponse) answers.poll(120, TimeUnit.SECONDS);
    assertThat(bad.getId()).isEqualTo("bad");
    assertThat(bad.getError().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT.value());
    assertThat(good.getId()).isEqualTo("good");
    assertScores(
        good.getResponse().getMaps(0).getScores().getHeads(0), TinyHeads.expected(6, 3, THREE_10));
    assertThat(answers.poll(120, TimeUnit.SECONDS)).isEqualTo("completed");
  }

  @Test
  void refusesAnItemWithoutARequest() throws InterruptedException {
    BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    HeadServiceGrpc.newStub(channel)
        .scoreStream(new RecordedStream<>(answers))
        .onNext(ScoreStreamRequest.newBuilder().setId("empty").build());
    ScoreStreamResponse answer = (ScoreStreamResponse) answers.poll(120, TimeUnit.SECONDS);
    assertThat(answer.getId()).isEqualTo("empty");
    assertThat(fieldOf(answer.getError())).isEqualTo("request");
  }

  /** A call that was cancelled while it waited for a thread is not run. */
  @Test
  void doesNotScoreForACancelledCall() throws Exception {
    HeadApi api =
        new HeadApi(
            registry,
            new BatchScorer((head, maps, nanos) -> runs.add(head.id()), 8),
            8,
            new OpenStreams(),
            new ProgressReports(),
            new ModelLoading(),
            4,
            MapTracing.OFF,
            DriftReports.NONE,
            AnswerListener.NONE);
    BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    try (Context.CancellableContext caller = Context.current().withCancellation()) {
      caller.cancel(null);
      caller.run(() -> api.score(request(TinyHeads.maps(1)), new RecordedStream<>(answers)));
    }
    assertThat(Status.fromThrowable((Throwable) answers.take()).getCode())
        .isEqualTo(Status.Code.CANCELLED);
    assertThat(runs).isEmpty();
  }

  @Test
  void tellsTheDriftThatIsMeasured() {
    List<dev.vgg16.v1.Head> heads =
        blocking().listHeads(ListHeadsRequest.getDefaultInstance()).getHeadsList();
    assertThat(heads)
        .extracting(dev.vgg16.v1.Head::hasDrift)
        .containsExactly(false, false, true, true);
    assertThat(heads.get(2).getDrift()).isEqualTo(Drift.newBuilder().setMaps(3).build());
    assertThat(blocking().getHead(GetHeadRequest.newBuilder().setHead("two").build()).getHead())
        .isEqualTo(heads.get(3));
    assertThat(heads.get(3).getDrift())
        .isEqualTo(Drift.newBuilder().setMaps(70).setNovelMaps(7).setDistance(0.25f).build());
  }

  @Test
  void describesItsHeads() {
    ListHeadsResponse list = blocking().listHeads(ListHeadsRequest.getDefaultInstance());
    assertThat(list.getDefaultHead()).isEqualTo("three");
    assertThat(list.getHeadsList())
        .extracting(head -> head.getName() + "@" + head.getVersion() + head.getDefaultVersion())
        .containsExactly("three@1false", "three@2false", "three@10true", "two@1true");
    dev.vgg16.v1.Head two =
        blocking().getHead(GetHeadRequest.newBuilder().setHead("two").build()).getHead();
    assertThat(two.getLabelsList()).containsExactly("yes", "no");
    assertThat(two.getParameters()).isEqualTo(14);
    assertThat(two.getBackbone()).isEqualTo("tiny");
    assertThatThrownBy(() -> blocking().getHead(GetHeadRequest.newBuilder().setHead("x").build()))
        .hasMessageStartingWith("NOT_FOUND: there is no head x");
  }

  @Test
  void manyCallersGetTheirOwnScores() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Callable<ScoreResponse>> calls =
          IntStream.range(0, 400)
              .<Callable<ScoreResponse>>mapToObj(
                  seed ->
                      () -> score(request(TinyHeads.maps(seed, seed + 1), select(0, "two", ""))))
              .toList();
      List<Future<ScoreResponse>> answers = callers.invokeAll(calls);
      for (int seed = 0; seed < answers.size(); seed++) {
        ScoreResponse response = answers.get(seed).get();
        for (int map = 0; map < 2; map++) {
          assertScores(heads(response, map).get(0), TinyHeads.expected(seed + map, 2, TWO_1));
          assertScores(heads(response, map).get(1), TinyHeads.expected(seed + map, 3, THREE_10));
        }
      }
    } finally {
      callers.shutdownNow();
    }
  }

  private HeadServiceGrpc.HeadServiceBlockingStub blocking() {
    return HeadServiceGrpc.newBlockingStub(channel).withDeadlineAfter(120, TimeUnit.SECONDS);
  }

  private ScoreResponse score(ScoreRequest request) {
    return blocking().score(request);
  }

  private void assertInvalid(ScoreRequest request, String field, String message) {
    assertFails(request, Status.Code.INVALID_ARGUMENT, field, message);
  }

  private void assertFails(ScoreRequest request, Status.Code code, String field, String message) {
    assertThatThrownBy(() -> score(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              if (!field.isEmpty()) {
                assertThat(fieldOf(StatusProto.fromThrowable(e))).isEqualTo(field);
              }
            })
        .hasMessageContaining(message);
  }

  private static String fieldOf(com.google.rpc.Status status) {
    try {
      return status.getDetails(0).unpack(BadRequest.class).getFieldViolations(0).getField();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertScores(HeadScores actual, double[] expected) {
    assertThat(actual.hasError()).isFalse();
    assertThat(actual.getScoresList()).hasSize(expected.length);
    float last = Float.POSITIVE_INFINITY;
    for (ClassScore score : actual.getScoresList()) {
      assertThat((double) score.getScore()).isCloseTo(expected[score.getIndex()], within(1e-5));
      assertThat(score.getScore()).isLessThanOrEqualTo(last);
      last = score.getScore();
    }
  }

  private static List<HeadScores> heads(ScoreResponse response, int map) {
    MapScores scores = response.getMaps(map);
    assertThat(scores.hasError()).as("%s", scores.getError()).isFalse();
    return scores.getScores().getHeadsList();
  }

  private static ScoreRequest request(FeatureMaps maps, MapSelection... selections) {
    return ScoreRequest.newBuilder().setMaps(maps).addAllSelections(List.of(selections)).build();
  }

  private static MapSelection select(int topK, String... heads) {
    return MapSelection.newBuilder().addAllHeads(List.of(heads)).setTopK(topK).build();
  }

  private static ScoreStreamRequest item(String id, ScoreRequest request) {
    return ScoreStreamRequest.newBuilder().setId(id).setRequest(request).build();
  }
}
