package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.inprocess.InProcessSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When what failed is sent again. */
class RetryQueueTest {

  private final List<Long> delays = new ArrayList<>();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
          delays.add(unit.toMillis(delay));
          return super.schedule(command, 1, TimeUnit.DAYS);
        }
      };
  private final RetryQueue queue = new RetryQueue(timer, pending -> {});
  private final PendingScore pending =
      new PendingScore(
          new ScoreMessage(ScoreMessages.maps(1, List.of(ByteBuffer.allocate(1))), List.of()),
          Long.MAX_VALUE);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void brokenConnectionsAreTriedAgainSoon() {
    fail(Status.UNAVAILABLE, 6);
    assertThat(delays).containsExactly(10L, 20L, 40L, 80L, 160L, 200L);
  }

  /** A proxy that resets streams while it reloads is back by then. */
  @Test
  void whatMayBeTheMessagesFaultIsSpreadOverASecond() {
    fail(Status.INTERNAL, ScoreSender.MAX_ABORTS - 1);
    assertThat(delays).containsExactly(50L, 200L, 800L);
  }

  @Test
  void takesNothingOnceTheTimerIsShutDown() {
    timer.shutdownNow();
    pending.failedWith(Status.UNAVAILABLE, new InProcessSocketAddress("a"));
    assertThat(queue.backOff(pending)).isFalse();
    assertThat(queue.close()).isEmpty();
  }

  private void fail(Status status, int times) {
    for (int i = 0; i < times; i++) {
      pending.failedWith(status, new InProcessSocketAddress("a"));
      assertThat(queue.backOff(pending)).isTrue();
    }
  }
}
