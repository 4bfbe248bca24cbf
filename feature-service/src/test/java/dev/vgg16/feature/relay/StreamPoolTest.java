package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamPoolTest {

  private static final int SENDERS = 2;

  private final AtomicInteger calls = new AtomicInteger();

  /** The second sender comes while the first is still opening a stream. */
  @Test
  void sendersThatStartAtOnceOpenNoMoreThanTheLimit() throws Exception {
    CyclicBarrier allOpen = new CyclicBarrier(SENDERS);
    StreamPool pool = pool(1, () -> awaitTheOthers(allOpen));
    ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
    List<Future<Optional<Status>>> sent =
        IntStream.range(0, SENDERS)
            .mapToObj(i -> threads.submit(() -> pool.send(pending())))
            .toList();
    for (Future<Optional<Status>> each : sent) {
      assertThat(each.get()).isEmpty();
    }
    threads.shutdown();
    assertThat(calls).hasValue(1);
    assertThat(pool.unansweredMaps()).isEqualTo(SENDERS);
  }

  /** As when there is no memory for another: it must not count as open for good. */
  @Test
  void aStreamThatCouldNotBeOpenedIsOpenedByTheNextRequest() {
    Error[] failure = {new OutOfMemoryError("no thread")};
    StreamPool pool =
        pool(
            1,
            () -> {
              if (failure[0] != null) {
                throw failure[0];
              }
            });
    assertThatThrownBy(() -> pool.send(pending())).isSameAs(failure[0]);
    assertThat(pool.unansweredMaps()).isZero();
    failure[0] = null;
    assertThat(pool.send(pending())).isEmpty();
    assertThat(calls).hasValue(2);
    assertThat(pool.unansweredMaps()).isEqualTo(1);
  }

  /** Where the limit holds there is nobody to wait for. */
  private static void awaitTheOthers(CyclicBarrier allOpen) {
    try {
      allOpen.await(500, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | BrokenBarrierException e) {
      // As it should be.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private StreamPool pool(int limit, Runnable onOpen) {
    return new StreamPool(
        new CountingChannel(onOpen),
        limit,
        Duration.ofHours(1),
        new HeadStream.Listener() {
          @Override
          public void answered() {}

          @Override
          public void progressed() {}

          @Override
          public void ended(HeadStream ended, Status status, List<PendingScore> left) {}
        },
        Ticker.systemTicker());
  }

  private static PendingScore pending() {
    return new PendingScore(
        new ScoreMessage(ScoreMessages.maps(1, List.of(ByteBuffer.allocate(1))), List.of()),
        Long.MAX_VALUE);
  }

  /** Its calls take messages and answer none. */
  private final class CountingChannel extends Channel {

    private final Runnable onOpen;

    CountingChannel(Runnable onOpen) {
      this.onOpen = onOpen;
    }

    @Override
    public String authority() {
      return "heads";
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      calls.incrementAndGet();
      onOpen.run();
      return new ClientCall<>() {
        @Override
        public void start(Listener<R> listener, Metadata headers) {}

        @Override
        public void sendMessage(Q message) {}

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(String message, Throwable cause) {}

        @Override
        public void halfClose() {}
      };
    }
  }
}
