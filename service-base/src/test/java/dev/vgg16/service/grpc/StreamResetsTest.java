package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StreamResetsTest {

  private final StreamResets resets = new StreamResets();
  private final AtomicInteger done = new AtomicInteger();

  @Test
  void aTracerCreatedWhileAStreamOpensCanResetItLater() throws Exception {
    Runnable[] reset = new Runnable[1];
    resets.whileOpening(done::incrementAndGet, () -> reset[0] = resets.current());
    assertThat(done).hasValue(0);
    reset[0].run();
    assertThat(done).hasValue(1);
  }

  @Test
  void afterwardsAndOnOtherThreadsNothingIsReset() throws Exception {
    resets.whileOpening(
        done::incrementAndGet,
        () -> CompletableFuture.runAsync(() -> resets.current().run()).join());
    resets.current().run();
    assertThat(done).hasValue(0);
  }

  @Test
  void afterARefusedStreamNothingIsReset() {
    assertThatThrownBy(
            () ->
                resets.whileOpening(
                    done::incrementAndGet,
                    () -> {
                      throw Http2Exception.streamError(1, Http2Error.REFUSED_STREAM, "no");
                    }))
        .isInstanceOf(Http2Exception.class);
    resets.current().run();
    assertThat(done).hasValue(0);
  }
}
