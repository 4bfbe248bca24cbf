package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.vgg16.serving.fault.ServingException;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeadClientTest {

  private static final HeadClientOptions OPTIONS =
      new HeadClientOptions("heads", 2, Duration.ofSeconds(60), Duration.ofSeconds(5));
  private static final long FOREVER = Long.MAX_VALUE;

  private final FakeHeads heads = new FakeHeads();
  private final AtomicLong now = new AtomicLong();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Ticker ticker =
      new Ticker() {
        @Override
        public long read() {
          return now.get();
        }
      };
  private Server server;
  private HeadClient client;

  @BeforeEach
  void start() throws IOException {
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(heads).build().start();
    ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
    client = new HeadClient(channel, OPTIONS, ticker, timer);
  }

  @AfterEach
  void stop() {
    client.close();
    server.shutdownNow();
  }

  @Test
  void matchesAnswersThatComeInAnotherOrder() throws Exception {
    ListenableFuture<ScoreResponse> first = client.score(request(1), FOREVER);
    ListenableFuture<ScoreResponse> second = client.score(request(2), FOREVER);
    FakeHeads.Received a = heads.next();
    FakeHeads.Received b = heads.next();
    b.answer();
    a.answer();
    assertThat(nameOf(first)).isEqualTo("01");
    assertThat(nameOf(second)).isEqualTo("02");
  }

  @Test
  void goesToTheStreamWithTheFewestUnansweredMaps() throws Exception {
    Set<Object> streams = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      var unused = client.score(request(i), FOREVER);
      streams.add(heads.next().stream());
    }
    assertThat(streams).hasSize(2);
    assertThat(heads.openedStreams()).isEqualTo(2);
  }

  @Test
  void sendsAgainWhatABrokenStreamLeft() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(7), FOREVER);
    heads.next().stream().onError(Status.UNAVAILABLE.asRuntimeException());
    FakeHeads.Received again = heads.next();
    assertThat(answer.isDone()).isFalse();
    again.answer();
    assertThat(nameOf(answer)).isEqualTo("07");
  }

  @Test
  void doesNotSendAgainWhatWasAnswered() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(7), FOREVER);
    FakeHeads.Received received = heads.next();
    received.answer();
    assertThat(nameOf(answer)).isEqualTo("07");
    received.stream().onError(Status.UNAVAILABLE.asRuntimeException());
    // Goes out after whatever the broken stream may have caused.
    var unused = client.score(request(8), FOREVER);
    assertThat(heads.next().request()).isEqualTo(request(8));
    assertThat(heads.isIdle()).isTrue();
  }

  @Test
  void passesOnWhatTheHeadsSay() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
    heads
        .next()
        .answer(
            com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.NOT_FOUND.value())
                .setMessage("no head x")
                .build());
    assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("NOT_FOUND: no head x");
  }

  @Test
  void doesNotSendAgainWhatCanNotGoBetter() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
    heads.next().stream()
        .onError(Status.UNAUTHENTICATED.withDescription("who?").asRuntimeException());
    assertUnavailable(
        answer, "no head replica answered at heads: after 1 attempts: " + "UNAUTHENTICATED who?");
    assertThat(heads.isIdle()).isTrue();
  }

  @Test
  void givesUpWhenTheTimeIsOver() throws Exception {
    ListenableFuture<ScoreResponse> answer =
        client.score(request(1), Duration.ofSeconds(1).toNanos());
    FakeHeads.Received silent = heads.next();
    now.addAndGet(Duration.ofMillis(999).toNanos());
    client.tick();
    assertThat(answer.isDone()).isFalse();
    now.addAndGet(Duration.ofMillis(1).toNanos());
    client.tick();
    assertUnavailable(answer, "no head replica answered at heads: no answer came");
    // Too late, and without effect.
    silent.answer();
  }

  @Test
  void waitsNoLongerThanItsOwnTimeout() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
    var unused = heads.next();
    now.addAndGet(OPTIONS.timeout().toNanos());
    client.tick();
    assertUnavailable(answer, "no answer came");
  }

  @Test
  void replacesAnOldStreamWithoutLosingWhatIsOnIt() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
    FakeHeads.Received onOld = heads.next();
    // Not past the request's own deadline: the timeout is shorter than the age.
    now.addAndGet(Duration.ofSeconds(4).toNanos());
    ListenableFuture<ScoreResponse> second = client.score(request(2), FOREVER);
    heads.next().answer();
    assertThat(nameOf(second)).isEqualTo("02");
    onOld.answer();
    assertThat(nameOf(answer)).isEqualTo("01");
    now.addAndGet(OPTIONS.maxStreamAge().toNanos());
    client.tick();
    ListenableFuture<ScoreResponse> third = client.score(request(3), FOREVER);
    FakeHeads.Received onNew = heads.next();
    assertThat(onNew.stream()).isNotSameAs(onOld.stream());
    onNew.answer();
    assertThat(nameOf(third)).isEqualTo("03");
  }

  @Test
  void failsWhatIsOpenWhenItIsClosed() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
    var unused = heads.next();
    client.close();
    assertUnavailable(answer, "the service is stopping");
    assertUnavailable(client.score(request(2), FOREVER), "the service is stopping");
  }

  private static ScoreRequest request(int map) {
    return ScoreRequest.newBuilder()
        .setMaps(
            FeatureMaps.newBuilder()
                .setCount(1)
                .setData(ByteString.copyFrom(new byte[] {(byte) map})))
        .build();
  }

  private static String nameOf(ListenableFuture<ScoreResponse> answer) throws Exception {
    return answer.get(20, TimeUnit.SECONDS).getMaps(0).getScores().getHeads(0).getHead();
  }

  private static void assertUnavailable(ListenableFuture<ScoreResponse> answer, String message) {
    assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ServingException.class,
            e -> assertThat(e.kind()).isEqualTo(ServingException.Kind.UNAVAILABLE))
        .hasMessageContaining(message);
  }
}
