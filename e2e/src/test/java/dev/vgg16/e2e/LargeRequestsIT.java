package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Requests that are large in fields that need not be. A well-behaved client's calls are all
 * answered meanwhile, and memory does not grow.
 */
@Timeout(300)
class LargeRequestsIT {

  private static final int MAPS = 128;

  /** The heap and the receive buffers of a hundred calls of 4 MiB; a leak would exceed it. */
  private static final int MORE_MEGABYTES = 900;

  private static Services services;
  private static ServiceConnection goodConnection;
  private static GoodClient good;
  private static ByteString photo;
  private static int featureBefore;
  private static int headBefore;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    services = Services.start();
    photo = Photos.any();
    // Limits are per connection: the other client's calls are on another one.
    goodConnection = services.newFeatureConnection();
    good = new GoodClient(goodConnection);
    for (int i = 0; i < 30; i++) {
      good.classify();
    }
    good.report("before", 0);
    featureBefore = services.featureProgram().residentMebibytes();
    headBefore = services.headProgram().residentMebibytes();
  }

  @AfterAll
  static void stop() throws IOException {
    try {
      assertThat(services.featureProgram().isRunning()).isTrue();
      assertThat(services.headProgram().isRunning()).isTrue();
      int feature = services.featureProgram().residentMebibytes();
      int head = services.headProgram().residentMebibytes();
      System.out.printf(
          "memory: feature-service %,d to %,d MiB, head-service %,d to %,d MiB%n",
          featureBefore, feature, headBefore, head);
      assertThat(feature).isLessThan(featureBefore + MORE_MEGABYTES);
      assertThat(head).isLessThan(headBefore + MORE_MEGABYTES);
      assertThat(services.featureProgram().err() + services.headProgram().err())
          .doesNotContain("OutOfMemory", "OutOfDirectMemory");
    } finally {
      goodConnection.close();
      services.close();
    }
  }

  /** The protobuf parser limits nesting; a parser before it may not. */
  @Test
  void nestedGroupsThatNobodyKnows() throws Exception {
    ClassifyRequest.Builder request = Photos.classify(photo).toBuilder();
    request.setExplain(Explain.newBuilder().setUnknownFields(nestedGroups(99)));
    good.during(
        "nested unknown groups",
        () -> {
          for (int i = 0; i < 60; i++) {
            ClassifyResponse response = services.features().classify(request.build());
            assertThat(response.getHeads(0).getHeatMap().getValuesCount()).isPositive();
          }
          return 60;
        });
  }

  @Test
  void fieldsOfFifteenMegabytesThatNobodyKnows() throws Exception {
    good.during(
        "unknown fields of 15 MiB",
        () -> {
          ClassifyRequest request = withUnknownBytes(15 << 20);
          for (int i = 0; i < 20; i++) {
            assertThat(services.features().classify(request).getHeadsCount()).isEqualTo(1);
          }
          return 20;
        });
  }

  /**
   * A hundred at a time: the queue holds only the photos. What may be on the way to the queue is
   * limited elsewhere.
   */
  @Test
  void twoHundredCallsWithFieldsThatNobodyKnows() throws Exception {
    ClassifyRequest request = withUnknownBytes(4 << 20);
    good.during(
        "200 calls with 4 MiB of unknown fields",
        () -> {
          FeatureServiceGrpc.FeatureServiceFutureStub stub =
              FeatureServiceGrpc.newFutureStub(services.featureChannel());
          Semaphore places = new Semaphore(100);
          List<ListenableFuture<ClassifyResponse>> calls = new ArrayList<>();
          for (int i = 0; i < 200; i++) {
            assertThat(places.tryAcquire(120, TimeUnit.SECONDS)).isTrue();
            ListenableFuture<ClassifyResponse> call = stub.classify(request);
            call.addListener(places::release, MoreExecutors.directExecutor());
            calls.add(call);
          }
          assertThat(places.tryAcquire(100, 120, TimeUnit.SECONDS)).isTrue();
          assertThat(calls).allMatch(LargeRequestsIT::isAnsweredOrToldToWait);
          return 200;
        });
  }

  private static boolean isAnsweredOrToldToWait(ListenableFuture<ClassifyResponse> call) {
    try {
      return Futures.getDone(call).getHeadsCount() == 1;
    } catch (ExecutionException e) {
      return Status.fromThrowable(e).getCode() == Status.Code.RESOURCE_EXHAUSTED;
    }
  }

  /** Thirty streams with ids of 1 MiB. Each item is refused, without its id. */
  @Test
  void longIds() throws Exception {
    String id = "i".repeat(1 << 20);
    good.during(
        "ids of 1 MiB on 30 streams",
        () -> {
          List<CountingStream<ClassifyStreamResponse>> streams = new ArrayList<>();
          for (int i = 0; i < 30; i++) {
            CountingStream<ClassifyStreamResponse> answers =
                new CountingStream<>(
                    answer ->
                        answer.getId().isEmpty()
                            && answer.getError().getCode() == Status.Code.INVALID_ARGUMENT.value());
            streams.add(answers);
            StreamObserver<ClassifyStreamRequest> requests =
                services.featureStub().classifyStream(answers);
            for (int item = 0; item < 10; item++) {
              requests.onNext(Photos.item(id, photo));
            }
            requests.onCompleted();
          }
          for (CountingStream<ClassifyStreamResponse> answers : streams) {
            assertThat(answers.awaitEnd()).isEqualTo(Status.Code.OK);
            assertThat(answers.counted()).isEqualTo(10);
          }
          return 300;
        });
  }

  /** Straight to the head service, with ids of 12 MiB. */
  @Test
  void longIdsOnTheHeadService() throws Exception {
    String id = "i".repeat(12 << 20);
    good.during(
        "ids of 12 MiB on the head service",
        () -> {
          for (int i = 0; i < 5; i++) {
            CountingStream<ScoreStreamResponse> answers =
                new CountingStream<>(
                    answer ->
                        answer.getId().isEmpty()
                            && answer.getError().getMessage().startsWith("id: has 12,582,912"));
            StreamObserver<ScoreStreamRequest> requests =
                HeadServiceGrpc.newStub(services.headChannel()).scoreStream(answers);
            for (int item = 0; item < 4; item++) {
              requests.onNext(ScoreStreamRequest.newBuilder().setId(id).build());
            }
            requests.onCompleted();
            assertThat(answers.awaitEnd()).isEqualTo(Status.Code.OK);
            assertThat(answers.counted()).isEqualTo(4);
          }
          return 20;
        });
  }

  /** 128 maps, each with one existing head and 255 unknown ones, each with a long error. */
  @Test
  void namesOfHeadsThatAreNotThere() throws Exception {
    List<String> names = new ArrayList<>();
    names.add("cats-vs-dogs");
    IntStream.range(0, 255).forEach(i -> names.add("\u732b".repeat(82) + i));
    ScoreRequest request =
        ScoreRequest.newBuilder()
            .setMaps(maps())
            .addSelections(MapSelection.newBuilder().addAllHeads(names))
            .build();
    good.during(
        "names of 255 heads that are not there",
        () -> {
          for (int i = 0; i < 20; i++) {
            StatusRuntimeException refusal = refusal(request);
            assertThat(refusal.getStatus().getDescription())
                .startsWith("selections: the scores asked for may take ");
            assertThat(
                    StatusProto.fromThrowable(refusal)
                        .getDetails(1)
                        .unpack(ErrorInfo.class)
                        .getReason())
                .isEqualTo("ANSWER_TOO_LARGE");
          }
          return 20;
        });
    // One map with all of them is answered.
    ScoreRequest one =
        request.toBuilder()
            .setMaps(
                request.getMaps().toBuilder()
                    .setCount(1)
                    .setData(
                        request
                            .getMaps()
                            .getData()
                            .substring(0, request.getMaps().getData().size() / MAPS)))
            .build();
    assertThat(services.headStub().score(one).getMaps(0).getScores().getHeadsCount())
        .isEqualTo(256);
  }

  /** 4.1 MiB of names and labels, in one message. */
  @Test
  void longNamesAndManyOfThem() throws Exception {
    ScoreRequest longName =
        ScoreRequest.newBuilder()
            .setMaps(maps())
            .addSelections(MapSelection.newBuilder().addHeads("n".repeat(4_300_000)))
            .build();
    ScoreRequest longLabel =
        ScoreRequest.newBuilder()
            .setMaps(maps())
            .addSelections(
                MapSelection.newBuilder()
                    .setExplain(Explain.newBuilder().setLabel("l".repeat(4_300_000))))
            .build();
    MapSelection.Builder many = MapSelection.newBuilder();
    IntStream.range(0, 500_000).forEach(i -> many.addHeads("name-" + i));
    ScoreRequest manyNames = longName.toBuilder().setSelections(0, many).build();
    good.during(
        "4 MiB of names",
        () -> {
          for (int i = 0; i < 10; i++) {
            assertThat(field(refusal(longName))).isEqualTo("selections[0].heads[0]");
            assertThat(field(refusal(longLabel))).isEqualTo("selections[0].explain.label");
            assertThat(field(refusal(manyNames))).isEqualTo("selections[0].heads");
          }
          return 30;
        });
  }

  private static StatusRuntimeException refusal(ScoreRequest request) {
    StatusRuntimeException[] refusal = new StatusRuntimeException[1];
    assertThatThrownBy(() -> services.headStub().score(request))
        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> refusal[0] = e);
    assertThat(refusal[0].getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    return refusal[0];
  }

  private static String field(StatusRuntimeException refusal) throws IOException {
    return StatusProto.fromThrowable(refusal)
        .getDetails(0)
        .unpack(BadRequest.class)
        .getFieldViolations(0)
        .getField();
  }

  /** As many as a request may have, all of the same photo. */
  private static FeatureMaps maps() {
    FeatureMaps map = services.features().extract(photo).getMaps();
    ByteString data = ByteString.EMPTY;
    for (int i = 0; i < MAPS; i++) {
      data = data.concat(map.getData());
    }
    return map.toBuilder().setCount(MAPS).setData(data).build();
  }

  private static ClassifyRequest withUnknownBytes(int size) {
    return Photos.classify(photo).toBuilder()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    1000,
                    UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFrom(new byte[size]))
                        .build())
                .build())
        .build();
  }

  private static UnknownFieldSet nestedGroups(int depth) {
    UnknownFieldSet set = UnknownFieldSet.getDefaultInstance();
    for (int i = 0; i < depth; i++) {
      set =
          UnknownFieldSet.newBuilder()
              .addField(9, UnknownFieldSet.Field.newBuilder().addGroup(set).build())
              .build();
    }
    return set;
  }
}
