package dev.vgg16.feature.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import dev.vgg16.v1.ListHeadsResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CachedHeadsTest {

  private final AtomicLong now = new AtomicLong();
  private final List<SettableFuture<ListHeadsResponse>> asked = new ArrayList<>();
  private final CachedHeads heads =
      new CachedHeads(
          this::ask,
          new Ticker() {
            @Override
            public long read() {
              return now.get();
            }
          });

  private ListenableFuture<ListHeadsResponse> ask() {
    SettableFuture<ListHeadsResponse> answer = SettableFuture.create();
    asked.add(answer);
    return answer;
  }

  private static ListHeadsResponse named(String name) {
    return ListHeadsResponse.newBuilder().setDefaultHead(name).build();
  }

  @Test
  void allWhoAskWhileItIsAskedGetTheSameAnswer() throws Exception {
    ListenableFuture<ListHeadsResponse> first = heads.get();
    now.addAndGet(Duration.ofMinutes(1).toNanos());
    ListenableFuture<ListHeadsResponse> second = heads.get();
    assertThat(asked).hasSize(1);
    // The one who gives up takes it from nobody.
    assertThat(first.cancel(true)).isTrue();
    asked.get(0).set(named("a"));
    assertThat(Futures.getDone(second)).isEqualTo(named("a"));
  }

  @Test
  void anAnswerIsKeptForASecond() throws Exception {
    var unused = heads.get();
    asked.get(0).set(named("a"));
    now.addAndGet(Duration.ofMillis(999).toNanos());
    assertThat(Futures.getDone(heads.get())).isEqualTo(named("a"));
    now.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(heads.get().isDone()).isFalse();
    assertThat(asked).hasSize(2);
  }
}
