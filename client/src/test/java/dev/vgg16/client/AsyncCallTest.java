package dev.vgg16.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.SettableFuture;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class AsyncCallTest {

  private final SettableFuture<String> call = SettableFuture.create();
  private final CompletableFuture<String> future = AsyncCall.of("heads:50052", call);

  @Test
  void completesWithTheResponse() {
    assertThat(future).isNotDone();
    call.set("response");
    assertThat(future).isCompletedWithValue("response");
  }

  @Test
  void failsWithOneLineThatNamesTheTarget() {
    call.setException(Status.NOT_FOUND.withDescription("no such head").asRuntimeException());
    assertThatThrownBy(future::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(ServiceFailure.class)
        .hasMessage("heads:50052: NOT_FOUND no such head");
  }

  @Test
  void cancelsTheCall() {
    assertThat(future.cancel(true)).isTrue();
    assertThat(call).isCancelled();
    assertThat(future).isCancelled();
  }

  @Test
  void aResponseBeforeItIsCancelledStays() {
    call.set("response");
    assertThat(future.cancel(true)).isFalse();
    assertThat(future).isCompletedWithValue("response");
  }
}
