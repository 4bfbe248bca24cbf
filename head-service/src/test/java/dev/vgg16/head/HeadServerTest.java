package dev.vgg16.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.head.scoring.RecordedStream;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.lifecycle.Lifecycle;
import dev.vgg16.service.management.ManagementOptions;
import dev.vgg16.service.outcome.ItemOptions;
import dev.vgg16.v1.GetHeadRequest;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole service over a socket. */
@Timeout(300)
class HeadServerTest {

  private ManagedChannel channel;

  @AfterEach
  void disconnect() {
    if (channel != null) {
      channel.shutdownNow();
    }
  }

  @Test
  void isServingOnceItHasStarted() throws Exception {
    try (Lifecycle lifecycle = new Lifecycle()) {
      HeadServer server = HeadServer.start(options(Optional.empty(), 0), lifecycle);
      HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(connect(server));
      for (String service : new String[] {"", HeadServiceGrpc.SERVICE_NAME}) {
        assertThat(
                health
                    .check(HealthCheckRequest.newBuilder().setService(service).build())
                    .getStatus())
            .as("service '%s'", service)
            .isEqualTo(ServingStatus.SERVING);
      }
    }
  }

  /** A stream that is open when the service stops gets its responses, and then UNAVAILABLE. */
  @Test
  void answersAcceptedItemsAndThenEndsTheStream() throws Exception {
    BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    try (Lifecycle lifecycle = new Lifecycle()) {
      HeadServer server = HeadServer.start(options(Optional.empty(), 0), lifecycle);
      StreamObserver<ScoreStreamRequest> requests =
          HeadServiceGrpc.newStub(connect(server)).scoreStream(new RecordedStream<>(events));
      for (int i = 0; i < 20; i++) {
        requests.onNext(item(i));
      }
      for (int i = 0; i < 20; i++) {
        ScoreStreamResponse answer = (ScoreStreamResponse) events.poll(120, TimeUnit.SECONDS);
        assertThat(answer.getId()).isEqualTo("item " + i);
        assertThat(answer.getResponse().getMaps(0).hasScores()).isTrue();
      }
    }
    Status end = Status.fromThrowable((Throwable) events.poll(120, TimeUnit.SECONDS));
    assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(end.getDescription()).contains("stopping", "another replica");
    assertThat(events).isEmpty();
  }

  @Test
  void countsWhatItScores() throws Exception {
    int port = freePort();
    try (Lifecycle lifecycle = new Lifecycle()) {
      HeadServer server = HeadServer.start(options(Optional.empty(), port), lifecycle);
      score(server, TinyHeads.maps(1, 2, 3), "two");
      score(server, TinyHeads.maps(1, 2), "two");
      score(server, TinyHeads.maps(1), "three@2");
      assertThat(metrics(port).lines())
          .anyMatch(isSample("vgg16_head_maps_total", "head=\"two\"", "version=\"1\"", " 5.0"))
          .anyMatch(isSample("vgg16_head_maps_total", "head=\"three\"", "version=\"2\"", " 1.0"))
          .anyMatch(isSample("vgg16_head_duration_seconds_count", "head=\"two\"", " 2"))
          .anyMatch(isSample("vgg16_heads_loaded", " 4.0"))
          .anyMatch(isSample("vgg16_heads_unbacked", " 0.0"))
          .anyMatch(isSample("vgg16_heads_refused", " 0.0"));
    }
  }

  /** The maps 1 to 6 in turn, whose drift numpy computed, each over the novelty threshold. */
  @Test
  void exportsTheDriftFromTheTraining() throws Exception {
    int port = freePort();
    try (Lifecycle lifecycle = new Lifecycle()) {
      Path heads = Path.of("src", "test", "resources", "novelty-heads");
      HeadServer server = HeadServer.start(options(heads, Optional.empty(), 0, port), lifecycle);
      assertThat(
              HeadServiceGrpc.newBlockingStub(connect(server))
                  .getHead(GetHeadRequest.getDefaultInstance())
                  .getHead()
                  .getMeasuresNovelty())
          .isTrue();
      for (int i = 0; i < 11; i++) {
        assertThat(metrics(port)).doesNotContain("vgg16_head_drift");
        score(server, TinyHeads.maps(1, 2, 3, 4, 5, 6), "knowing");
      }
      String head = "head=\"knowing\"";
      assertThat(metrics(port).lines())
          .anyMatch(isSample("vgg16_head_maps_sampled_total", head, "version=\"1\"", " 66.0"))
          .anyMatch(isSample("vgg16_head_maps_novel_total", head, "version=\"1\"", " 66.0"))
          .anyMatch(isSample("vgg16_head_drift", head, "version=\"1\"", " 0.5366"));
    }
  }

  @Test
  void answersWithTheDefaultHeadOfTheOptions() throws Exception {
    try (Lifecycle lifecycle = new Lifecycle()) {
      HeadServer server = HeadServer.start(options(Optional.of("two"), 0), lifecycle);
      ScoreResponse response = score(server, TinyHeads.maps(1));
      assertThat(response.getMaps(0).getScores().getHeads(0).getHead()).isEqualTo("two");
    }
  }

  @Test
  void doesNotStartWithAMissingDefaultHead() {
    assertThatThrownBy(() -> startAndStop(options(Optional.of("six"), 0)))
        .hasMessage("--default-head is six, and loaded are [three, two]");
  }

  @Test
  void doesNotStartOnATakenPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HeadServerOptions options =
          options(TinyHeads.FOLDER, Optional.empty(), taken.getLocalPort(), 0);
      assertThatThrownBy(() -> startAndStop(options))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("can't listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  /** Failed items of a stream are in no metric of calls: their call ends with OK. */
  @Test
  void countsItemsByOutcome() throws Exception {
    int port = freePort();
    try (Lifecycle lifecycle = new Lifecycle()) {
      HeadServer server =
          HeadServer.start(options(TinyHeads.FOLDER, Optional.empty(), 0, port), lifecycle);
      assertThat(metrics(port).lines())
          .anyMatch(isItems("ScoreStream", "OK", 0))
          .anyMatch(isItems("Score", "RESOURCE_EXHAUSTED", 0));
      BlockingQueue<Object> events = new LinkedBlockingQueue<>();
      StreamObserver<ScoreStreamRequest> requests =
          HeadServiceGrpc.newStub(connect(server)).scoreStream(new RecordedStream<>(events));
      requests.onNext(item(1));
      requests.onNext(ScoreStreamRequest.newBuilder().setId("no maps").build());
      requests.onNext(item(2));
      requests.onNext(ScoreStreamRequest.newBuilder().setId("none either").build());
      requests.onCompleted();
      while (events.take() instanceof ScoreStreamResponse) {}
      score(server, TinyHeads.maps(1));
      assertThatThrownBy(() -> score(server, dev.vgg16.v1.FeatureMaps.getDefaultInstance()))
          .hasMessageContaining("INVALID_ARGUMENT");
      assertThat(metrics(port).lines())
          .anyMatch(isItems("ScoreStream", "OK", 2))
          .anyMatch(isItems("ScoreStream", "INVALID_ARGUMENT", 2))
          .anyMatch(isItems("Score", "OK", 1))
          .anyMatch(isItems("Score", "INVALID_ARGUMENT", 1));
    }
  }

  private static java.util.function.Predicate<String> isItems(
      String method, String outcome, int count) {
    return isSample(
            "vgg16_items_total{", "method=\"" + method + "\"", "outcome=\"" + outcome + "\"")
        .and(line -> line.matches(".*} " + count + "(\\.0)?"));
  }

  private static void startAndStop(HeadServerOptions options) throws Exception {
    try (Lifecycle lifecycle = new Lifecycle()) {
      HeadServer unused = HeadServer.start(options, lifecycle);
    }
  }

  private static HeadServerOptions options(Optional<String> defaultHead, int managementPort) {
    return options(TinyHeads.FOLDER, defaultHead, 0, managementPort);
  }

  private static HeadServerOptions options(
      Path heads, Optional<String> defaultHead, int port, int managementPort) {
    GrpcServerOptions grpc =
        new GrpcServerOptions("127.0.0.1", port, 1 << 20, 2, Duration.ZERO, Duration.ofSeconds(20));
    return new HeadServerOptions(
        grpc,
        heads,
        defaultHead,
        Duration.ofMillis(20),
        Optional.empty(),
        8,
        4,
        1,
        new ManagementOptions("127.0.0.1", managementPort),
        new ItemOptions(false));
  }

  private ManagedChannel connect(HeadServer server) {
    if (channel == null) {
      channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    }
    return channel;
  }

  private ScoreResponse score(HeadServer server, dev.vgg16.v1.FeatureMaps maps, String... heads) {
    return HeadServiceGrpc.newBlockingStub(connect(server))
        .withDeadlineAfter(120, TimeUnit.SECONDS)
        .score(
            ScoreRequest.newBuilder()
                .setMaps(maps)
                .addSelections(MapSelection.newBuilder().addAllHeads(java.util.List.of(heads)))
                .build());
  }

  private static ScoreStreamRequest item(int number) {
    return ScoreStreamRequest.newBuilder()
        .setId("item " + number)
        .setRequest(ScoreRequest.newBuilder().setMaps(TinyHeads.maps(number)))
        .build();
  }

  private static String metrics(int port) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static java.util.function.Predicate<String> isSample(String name, String... parts) {
    return line -> line.startsWith(name) && java.util.Arrays.stream(parts).allMatch(line::contains);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
