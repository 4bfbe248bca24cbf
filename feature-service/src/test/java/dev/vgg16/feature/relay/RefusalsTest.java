package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import com.google.common.primitives.Bytes;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches at which head replicas break off, and what becomes of their neighbours. */
class RefusalsTest {

  private static final byte BAD = 13;
  private static final HeadClientOptions OPTIONS =
      new HeadClientOptions(
          "heads", 1, Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));

  /** It stands still: no time that passes ends anything here. */
  private final Ticker ticker =
      new Ticker() {
        @Override
        public long read() {
          return 0;
        }
      };

  private final InProcessReplicas replicas = new InProcessReplicas();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private FakeHeads heads;
  private HeadClient client;

  @BeforeEach
  void start() throws IOException {
    heads = replicas.add().heads();
    client = new HeadClient(replicas, OPTIONS, ticker, timer);
  }

  @AfterEach
  void stop() {
    client.close();
    timer.shutdownNow();
  }

  @Test
  void theMapAtWhichTheHeadsBreakOffFailsAlone() throws Exception {
    ListenableFuture<ScoreResponse> answer = score(1, 2, BAD, 4);
    // Four times the batch, then each map; the bad one four times.
    int breaks = answerAllBut(BAD, Status.UNKNOWN, 4 + 3 + 4);
    List<MapScores> scores = get(answer).getMapsList();
    assertThat(scores).extracting(RefusalsTest::nameOf).containsExactly("01", "02", "error", "04");
    assertThat(scores.get(2).getError().getCode()).isEqualTo(Status.Code.INTERNAL.value());
    assertThat(scores.get(2).getError().getMessage())
        .isEqualTo("head replicas aborted this request 4 times: UNKNOWN broke");
    assertThat(breaks).isEqualTo(8);
  }

  @Test
  void aBatchOfOneMapIsRefusedAfterFourAttempts() throws Exception {
    ListenableFuture<ScoreResponse> answer = score(BAD);
    assertThat(answerAllBut(BAD, Status.RESOURCE_EXHAUSTED, 4)).isEqualTo(4);
    assertThatThrownBy(() -> get(answer))
        .hasMessageContaining("INTERNAL: head replicas aborted this request 4 times");
    assertThat(heads.isIdle()).isTrue();
  }

  /** Whoever happens to be on the stream too is not the one at fault. */
  @Test
  void neighboursOnABrokenStreamAreAnsweredHoweverOftenItIsBroken() throws Exception {
    ListenableFuture<ScoreResponse> bad = score(BAD);
    ListenableFuture<ScoreResponse> good = score(7);
    FakeHeads.Received first = heads.next();
    FakeHeads.Received second = heads.next();
    assertThat(second.stream()).isSameAs(first.stream());
    first.stream().onError(Status.UNKNOWN.withDescription("broke").asRuntimeException());
    // Both again, each on a stream of its own now; the bad one three times.
    assertThat(answerAllBut(BAD, Status.UNKNOWN, 4)).isEqualTo(3);
    assertThat(nameOf(get(good).getMaps(0))).isEqualTo("07");
    assertThatThrownBy(() -> get(bad)).hasMessageContaining("INTERNAL");
    // And what comes later shares a stream again.
    ListenableFuture<ScoreResponse> later = score(8);
    heads.next().answer();
    assertThat(nameOf(get(later).getMaps(0))).isEqualTo("08");
  }

  /** So does a proxy while it reloads: it resets all open streams. */
  @Test
  void whatIsRefusedThreeTimesIsAnsweredAtTheFourth() throws Exception {
    List<ListenableFuture<ScoreResponse>> answers = List.of(score(1), score(2), score(3));
    FakeHeads.Received first = heads.next();
    assertThat(heads.next().stream()).isSameAs(first.stream());
    assertThat(heads.next().stream()).isSameAs(first.stream());
    first.stream().onError(Status.INTERNAL.asRuntimeException());
    // Then each on a stream of its own.
    Map<ByteString, Integer> breaks = new HashMap<>();
    for (int i = 0; i < 3 * 3; i++) {
      FakeHeads.Received next = heads.next();
      if (breaks.merge(next.request().getMaps().getData(), 1, Integer::sum) <= 2) {
        next.stream().onError(Status.CANCELLED.withDescription("reset").asRuntimeException());
      } else {
        next.answer();
      }
    }
    for (ListenableFuture<ScoreResponse> answer : answers) {
      assertThat(get(answer).getMaps(0).hasScores()).isTrue();
    }
  }

  /** An unreachable replica is not due to the maps: they are sent again until the deadline. */
  @Test
  void aBrokenConnectionIsNobodysFault() throws Exception {
    ListenableFuture<ScoreResponse> answer = score(1, 2);
    for (int i = 0; i < 20; i++) {
      heads.next().stream().onError(Status.UNAVAILABLE.asRuntimeException());
    }
    FakeHeads.Received last = heads.next();
    assertThat(last.request().getMaps().getCount()).isEqualTo(2);
    last.answer();
    assertThat(get(answer).getMapsList())
        .extracting(RefusalsTest::nameOf)
        .containsExactly("01", "02");
  }

  /** Each alone would be refused as all together were. */
  @Test
  void aBatchThatAsksForOneThingIsNotSentAgainWhenItIsRefusedInAnAnswer() throws Exception {
    ListenableFuture<ScoreResponse> answer = score(1, 2, 3);
    heads.next().answer(refusal("no such class"));
    assertThatThrownBy(() -> get(answer)).hasMessageContaining("INVALID_ARGUMENT: no such class");
    assertThat(heads.isIdle()).isTrue();
  }

  /** Fewer maps have a smaller answer. */
  @Test
  void aBatchWhoseAnswerIsTooLargeIsAskedForMapByMap() throws Exception {
    com.google.rpc.Status tooLarge =
        Statuses.toProto(
            ServingException.invalidInput("selections", "too much", Reason.ANSWER_TOO_LARGE));
    refuseOneOf(score(1, BAD), tooLarge);
  }

  /** A refusal in an answer may be meant for one map of several. */
  @Test
  void aBatchThatAsksForSeveralThingsIsAskedForMapByMapWhenItIsRefused() throws Exception {
    List<MapSelection> different =
        List.of(
            MapSelection.newBuilder().setTopK(1).build(),
            MapSelection.newBuilder().setTopK(2).build());
    refuseOneOf(score(different, 1, BAD), refusal("no"));
  }

  private static com.google.rpc.Status refusal(String message) {
    return com.google.rpc.Status.newBuilder()
        .setCode(Status.Code.INVALID_ARGUMENT.value())
        .setMessage(message)
        .build();
  }

  private void refuseOneOf(ListenableFuture<ScoreResponse> answer, com.google.rpc.Status tooLarge)
      throws Exception {
    heads.next().answer(tooLarge);
    for (int i = 0; i < 2; i++) {
      FakeHeads.Received one = heads.next();
      assertThat(one.request().getMaps().getCount()).isEqualTo(1);
      if (contains(one, BAD)) {
        one.answer(tooLarge);
      } else {
        one.answer();
      }
    }
    List<MapScores> scores = get(answer).getMapsList();
    assertThat(scores).extracting(RefusalsTest::nameOf).containsExactly("01", "error");
    assertThat(scores.get(1).getError()).isEqualTo(tooLarge);
  }

  /** Where it is broken off by one replica, it goes to the others. */
  @Test
  void aReplicaThatBreaksOffEverythingHoldsUpNothing() throws Exception {
    InProcessReplicas.Fake other = replicas.add();
    for (int i = 0; i < 40; i++) {
      ListenableFuture<ScoreResponse> answer = score(i, i + 1);
      while (!answer.isDone()) {
        if (!heads.isIdle()) {
          heads.next().stream().onError(Status.UNKNOWN.asRuntimeException());
        }
        if (!other.heads().isIdle()) {
          other.heads().next().answer();
        }
      }
      assertThat(get(answer).getMapsCount()).isEqualTo(2);
      assertThat(get(answer).getMaps(0).hasScores()).isTrue();
    }
    assertThat(heads.openedStreams()).isLessThan(40);
  }

  /** Returns how many streams were broken among so many requests. */
  private int answerAllBut(byte bad, Status status, int requests) throws InterruptedException {
    int breaks = 0;
    for (int i = 0; i < requests; i++) {
      FakeHeads.Received next = heads.next();
      if (contains(next, bad)) {
        breaks++;
        next.stream().onError(status.withDescription("broke").asRuntimeException());
      } else {
        next.answer();
      }
    }
    return breaks;
  }

  private static boolean contains(FakeHeads.Received received, byte map) {
    return Bytes.contains(received.request().getMaps().getData().toByteArray(), map);
  }

  private ListenableFuture<ScoreResponse> score(int... maps) {
    return score(List.of(MapSelection.getDefaultInstance()), maps);
  }

  private ListenableFuture<ScoreResponse> score(List<MapSelection> selections, int... maps) {
    byte[] bytes = new byte[maps.length];
    for (int i = 0; i < maps.length; i++) {
      bytes[i] = (byte) maps[i];
    }
    return client.score(
        new ScoreMessage(
            ScoreMessages.maps(maps.length, List.of(ByteBuffer.wrap(bytes))), selections),
        Long.MAX_VALUE);
  }

  private static ScoreResponse get(ListenableFuture<ScoreResponse> answer) throws Exception {
    return answer.get(120, TimeUnit.SECONDS);
  }

  private static String nameOf(MapScores scores) {
    return scores.hasError() ? "error" : scores.getScores().getHeads(0).getHead();
  }
}
