package dev.vgg16.service.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExecutorLivenessTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
  private final CountDownLatch stuck = new CountDownLatch(1);
  private Duration now = Duration.ZERO;
  private final ExecutorLiveness liveness =
      new ExecutorLiveness(
          "the threads",
          executor,
          LIMIT,
          new Ticker() {
            @Override
            public long read() {
              return now.toNanos();
            }
          });

  @AfterEach
  void stop() {
    stuck.countDown();
    executor.shutdownNow();
  }

  private void block() {
    executor.execute(() -> Uninterruptibles.awaitUninterruptibly(stuck));
  }

  @Test
  void noCompletedTaskWhileOthersWaitIsStuck() {
    block();
    executor.execute(() -> {});
    assertThat(liveness.stuck()).isEmpty();
    now = LIMIT.minusNanos(1);
    assertThat(liveness.stuck()).isEmpty();
    now = LIMIT;
    assertThat(liveness.stuck()).contains("the threads have completed no task for 120 s");
  }

  @Test
  void aLongTaskWithAnEmptyQueueIsNotStuck() {
    block();
    assertThat(liveness.stuck()).isEmpty();
    now = LIMIT.multipliedBy(2);
    assertThat(liveness.stuck()).isEmpty();
  }

  @Test
  void aCompletedTaskIsProgress() throws Exception {
    block();
    CountDownLatch second = new CountDownLatch(1);
    executor.execute(() -> Uninterruptibles.awaitUninterruptibly(second));
    executor.execute(() -> {});
    assertThat(liveness.stuck()).isEmpty();
    stuck.countDown();
    while (executor.getCompletedTaskCount() < 1) {
      Thread.onSpinWait();
    }
    now = LIMIT.multipliedBy(2);
    assertThat(liveness.stuck()).isEmpty();
    second.countDown();
  }
}
