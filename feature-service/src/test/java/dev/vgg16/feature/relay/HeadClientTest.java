package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeadClientTest {

  private static final Duration AGE = Duration.ofSeconds(60);
  private static final Duration STALL = Duration.ofMillis(4500);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final HeadClientOptions OPTIONS =
      new HeadClientOptions("heads", 2, AGE, STALL, TIMEOUT);
  private static final long FOREVER = Long.MAX_VALUE;

  private final InProcessReplicas replicas = new InProcessReplicas();
  private final AtomicLong now = new AtomicLong();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Ticker ticker =
      new Ticker() {
        @Override
        public long read() {
          return now.get();
        }
      };
  private FakeHeads heads;
  private HeadClient client;

  @BeforeEach
  void start() throws IOException {
    heads = replicas.add().heads();
    client = client(OPTIONS);
  }

  private HeadClient client(HeadClientOptions options) {
    return new HeadClient(replicas, options, ticker, timer);
  }

  @AfterEach
  void stop() {
    client.close();
    timer.shutdownNow();
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
    ListenableFuture<ScoreResponse> first = client.score(request(1), FOREVER);
    FakeHeads.Received onFirst = heads.next();
    ListenableFuture<ScoreResponse> second = client.score(request(2), FOREVER);
    FakeHeads.Received onSecond = heads.next();
    assertThat(onSecond.stream()).isNotSameAs(onFirst.stream());
    // Now only the first stream is free, and then only the second: it must not be their order.
    onFirst.answer();
    assertThat(nameOf(first)).isEqualTo("01");
    ListenableFuture<ScoreResponse> third = client.score(request(3), FOREVER);
    FakeHeads.Received onThird = heads.next();
    assertThat(onThird.stream()).isSameAs(onFirst.stream());
    onSecond.answer();
    assertThat(nameOf(second)).isEqualTo("02");
    ListenableFuture<ScoreResponse> fourth = client.score(request(4), FOREVER);
    FakeHeads.Received onFourth = heads.next();
    assertThat(onFourth.stream()).isSameAs(onSecond.stream());
    onThird.answer();
    onFourth.answer();
    assertThat(nameOf(third)).isEqualTo("03");
    assertThat(nameOf(fourth)).isEqualTo("04");
    assertThat(heads.openedStreams()).isEqualTo(2);
  }

  /** gRPC ends what is opened in a call's context together with the call. */
  @Test
  void aStreamOutlivesTheCallThatOpenedIt() throws Exception {
    Context.CancellableContext call = Context.ROOT.withCancellation();
    ListenableFuture<ScoreResponse> answer = call.call(() -> client.score(request(1), FOREVER));
    FakeHeads.Received received = heads.next();
    call.cancel(null);
    received.answer();
    assertThat(nameOf(answer)).isEqualTo("01");
    assertThat(heads.isIdle()).isTrue();
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
    assertThat(heads.next().request()).isEqualTo(ScoreMessages.toProto(request(8)));
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
    assertThatThrownBy(() -> answer.get(120, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("NOT_FOUND: no head x");
  }

  @Test
  void doesNotSendAgainWhatCanNotGoBetter() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
    heads.next().stream()
        .onError(Status.UNAUTHENTICATED.withDescription("who?").asRuntimeException());
    assertUnavailable(answer, "heads: after 1 attempts: UNAUTHENTICATED who?");
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
    now.addAndGet(TIMEOUT.toNanos());
    client.tick();
    assertUnavailable(answer, "no answer came");
  }

  @Test
  void sendsNothingForWhichThereIsNoTime() throws Exception {
    assertUnavailable(client.score(request(1), 0), "the time was up before it was asked");
    assertThat(heads.openedStreams()).isZero();
  }

  @Test
  void sendsAgainWhatAHungReplicaHolds() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
    FakeHeads.Received hung = heads.next();
    now.addAndGet(STALL.toNanos() - 1);
    client.tick();
    assertThat(heads.isIdle()).isTrue();
    now.addAndGet(1);
    client.tick();
    FakeHeads.Received again = heads.next();
    assertThat(again.stream()).isNotSameAs(hung.stream());
    again.answer();
    assertThat(nameOf(answer)).isEqualTo("01");
  }

  /** Maps that wait there longer than others do are lost time. */
  @Test
  void sendsOneRequestToAReplicaThatHasAnsweredNothing() throws Exception {
    FakeHeads hung = replicas.add().heads();
    // Until the one that hangs has got its first, the other answers all.
    while (hung.isIdle()) {
      ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
      while (heads.isIdle() && hung.isIdle()) {
        Thread.onSpinWait();
      }
      if (hung.isIdle()) {
        heads.next().answer();
        assertThat(nameOf(answer)).isEqualTo("01");
      }
    }
    assertThat(hung.next()).isNotNull();
    // Far more than it has, and still none of it goes there.
    for (int i = 0; i < 20; i++) {
      var unused = client.score(request(i), FOREVER);
    }
    for (int i = 0; i < 20; i++) {
      assertThat(heads.next()).isNotNull();
    }
    assertThat(hung.isIdle()).isTrue();
  }

  /** It keeps its connection: only another replica is sure not to hang. */
  @Test
  void sendsWhatAHungReplicaHoldsToAnother() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
    FakeHeads.Received onHung = heads.next();
    FakeHeads lively = replicas.add().heads();
    now.addAndGet(STALL.toNanos());
    client.tick();
    FakeHeads.Received again = next(lively, heads);
    assertThat(onHung).isNotNull();
    again.answer();
    assertThat(nameOf(answer)).isEqualTo("01");
  }

  /** Whichever of them is sent something; the second can be told from the other by its heads. */
  private static FakeHeads.Received next(FakeHeads first, FakeHeads second)
      throws InterruptedException {
    while (first.isIdle() && second.isIdle()) {
      Thread.onSpinWait();
    }
    return first.isIdle() ? second.next() : first.next();
  }

  /** It works, and says so. */
  @Test
  void leavesAReplicaThatMakesProgress() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
    FakeHeads.Received slow = heads.next();
    now.addAndGet(STALL.toNanos() - 1);
    slow.progress();
    now.addAndGet(1);
    client.tick();
    slow.answer();
    assertThat(nameOf(answer)).isEqualTo("01");
    assertThat(heads.openedStreams()).isEqualTo(1);
  }

  /** It has much to do, and does it. */
  @Test
  void leavesAReplicaThatAnswersSlowly() throws Exception {
    HeadClient one = client(new HeadClientOptions("heads", 1, AGE, STALL, TIMEOUT));
    ListenableFuture<ScoreResponse> first = one.score(request(1), FOREVER);
    // A request that waits for the replica may be sent after a later one, which finds it available.
    FakeHeads.Received onFirst = heads.next();
    ListenableFuture<ScoreResponse> second = one.score(request(2), FOREVER);
    FakeHeads.Received onSecond = heads.next();
    now.addAndGet(STALL.toNanos() - 1);
    onFirst.answer();
    assertThat(nameOf(first)).isEqualTo("01");
    now.addAndGet(1);
    one.tick();
    onSecond.answer();
    assertThat(nameOf(second)).isEqualTo("02");
    assertThat(heads.openedStreams()).isEqualTo(1);
    one.close();
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
    now.addAndGet(AGE.toNanos());
    client.tick();
    ListenableFuture<ScoreResponse> third = client.score(request(3), FOREVER);
    FakeHeads.Received onNew = heads.next();
    assertThat(onNew.stream()).isNotSameAs(onOld.stream());
    onNew.answer();
    assertThat(nameOf(third)).isEqualTo("03");
  }

  /** It waits for its backoff after a failed attempt, and must still fail at the close. */
  @Test
  void failsWhatWaitsToBeSentAgainWhenItIsClosed() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
    heads.next().stream().onError(Status.UNAVAILABLE.asRuntimeException());
    client.close();
    assertUnavailable(answer, "the service is stopping");
  }

  @Test
  void failsWhatIsOpenWhenItIsClosed() throws Exception {
    ListenableFuture<ScoreResponse> answer = client.score(request(1), FOREVER);
    var unused = heads.next();
    client.close();
    assertUnavailable(answer, "the service is stopping");
    assertUnavailable(client.score(request(2), FOREVER), "the service is stopping");
  }

  private static ScoreMessage request(int map) {
    return new ScoreMessage(
        ScoreMessages.maps(1, List.of(ByteBuffer.wrap(new byte[] {(byte) map}))), List.of());
  }

  private static String nameOf(ListenableFuture<ScoreResponse> answer) throws Exception {
    return answer.get(120, TimeUnit.SECONDS).getMaps(0).getScores().getHeads(0).getHead();
  }

  private static void assertUnavailable(ListenableFuture<ScoreResponse> answer, String message) {
    assertThatThrownBy(() -> answer.get(120, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ServingException.class,
            e -> assertThat(e.kind()).isEqualTo(ServingException.Kind.UNAVAILABLE))
        .hasMessageContaining(message);
  }
}
