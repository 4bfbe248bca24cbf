package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replicas that can be reached and are of no use: set up wrongly, or stuck. */
class UnusableReplicaTest {

  private static final Duration STALL = Duration.ofMillis(1500);

  private final AtomicLong now = new AtomicLong();
  private final Ticker ticker =
      new Ticker() {
        @Override
        public long read() {
          return now.get();
        }
      };
  private final InProcessReplicas replicas = new InProcessReplicas();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private FakeHeads bad;
  private HeadClient client;

  @BeforeEach
  void start() throws IOException {
    bad = replicas.add().heads();
    HeadClientOptions options =
        new HeadClientOptions("heads", 1, Duration.ofHours(1), STALL, Duration.ofMinutes(5));
    client = new HeadClient(replicas, options, ticker, timer);
  }

  @AfterEach
  void stop() {
    client.close();
    timer.shutdownNow();
  }

  /** It never has anything unanswered, and would get whatever comes. */
  @Test
  void whatAMisconfiguredReplicaRefusesIsAnsweredByAnother() throws Exception {
    FakeHeads good = replicas.add().heads();
    int refused = 0;
    for (int i = 0; i < 20; i++) {
      refused += refusalsBefore(score(Duration.ofMinutes(1)), good, Status.UNIMPLEMENTED);
    }
    assertThat(refused).isEqualTo(1);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    refused = 0;
    for (int i = 0; i < 20; i++) {
      refused += refusalsBefore(score(Duration.ofMinutes(1)), good, Status.PERMISSION_DENIED);
    }
    assertThat(refused).isEqualTo(1);
    // Twice as long now.
    now.addAndGet(Duration.ofMillis(1999).toNanos());
    for (int i = 0; i < 20; i++) {
      assertThat(refusalsBefore(score(Duration.ofMinutes(1)), good, Status.UNAUTHENTICATED))
          .isZero();
    }
  }

  /** Each once: there is no better way. */
  @Test
  void whatAllReplicasRefuseFails() throws Exception {
    FakeHeads other = replicas.add().heads();
    ListenableFuture<ScoreResponse> answer = score(Duration.ofMinutes(1));
    for (int i = 0; i < 2; i++) {
      nextOf(bad, other).stream().onError(Status.UNAUTHENTICATED.asRuntimeException());
    }
    assertThatThrownBy(() -> answer.get(120, TimeUnit.SECONDS))
        .hasMessageContaining("after 2 attempts: UNAUTHENTICATED");
    assertThat(bad.openedStreams()).isEqualTo(1);
    assertThat(other.openedStreams()).isEqualTo(1);
  }

  /** The thread that has it is stuck, and the progress is that of others. */
  @Test
  void aStreamEndsWhenARequestStaysOnItLongAfterItsTimeWasUp() throws Exception {
    ListenableFuture<ScoreResponse> stuck = score(Duration.ofSeconds(1));
    FakeHeads.Received onStream = bad.next();
    ListenableFuture<ScoreResponse> neighbour = score(Duration.ofMinutes(5));
    assertThat(bad.next().stream()).isSameAs(onStream.stream());
    Duration left = Duration.ofSeconds(1).plus(Replica.OVERDUE).minusNanos(1);
    for (; left.compareTo(Duration.ofSeconds(1)) > 0; left = left.minusSeconds(1)) {
      pass(Duration.ofSeconds(1), onStream);
    }
    pass(left, onStream);
    assertThatThrownBy(() -> stuck.get(120, TimeUnit.SECONDS))
        .hasMessageContaining("no answer came");
    assertThat(((ServerCallStreamObserver<?>) onStream.stream()).isCancelled()).isFalse();
    pass(Duration.ofNanos(1), onStream);
    FakeHeads.Received again = bad.next();
    assertThat(isCancelledInTime(onStream)).isTrue();
    assertThat(again.stream()).isNotSameAs(onStream.stream());
    again.answer();
    assertThat(neighbour.get(120, TimeUnit.SECONDS).getMapsCount()).isEqualTo(1);
  }

  /** The server's thread sees the cancellation in its own time. */
  private static boolean isCancelledInTime(FakeHeads.Received request) {
    long start = System.nanoTime();
    while (!((ServerCallStreamObserver<?>) request.stream()).isCancelled()) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(120)) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  private void pass(Duration time, FakeHeads.Received progress) {
    now.addAndGet(time.toNanos());
    progress.progress();
    client.tick();
  }

  /** How often the bad one refuses it before the good one answers. */
  private int refusalsBefore(ListenableFuture<ScoreResponse> answer, FakeHeads good, Status refusal)
      throws Exception {
    int refusals = 0;
    while (!bad.isIdle() || good.isIdle()) {
      if (!bad.isIdle()) {
        bad.next().stream().onError(refusal.asRuntimeException());
        refusals++;
      }
      Thread.onSpinWait();
    }
    good.next().answer();
    assertThat(answer.get(120, TimeUnit.SECONDS).getMapsCount()).isEqualTo(1);
    return refusals;
  }

  private static FakeHeads.Received nextOf(FakeHeads first, FakeHeads second)
      throws InterruptedException {
    while (first.isIdle() && second.isIdle()) {
      Thread.onSpinWait();
    }
    return first.isIdle() ? second.next() : first.next();
  }

  private ListenableFuture<ScoreResponse> score(Duration time) {
    return client.score(
        new ScoreMessage(
            ScoreMessages.maps(1, List.of(ByteBuffer.wrap(new byte[] {1}))), List.of()),
        time.toNanos());
  }
}
