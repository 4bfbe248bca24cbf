package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReferenceCountTest {

  private final AtomicInteger closes = new AtomicInteger();
  private final ReferenceCount references = new ReferenceCount(closes::incrementAndGet);

  @Test
  void closesAtOnceWhatIsNotUsed() {
    references.close();
    assertThat(closes).hasValue(1);
    assertThat(references.retain()).isFalse();
  }

  @Test
  void closesAfterTheLastUse() {
    assertThat(references.retain()).isTrue();
    assertThat(references.retain()).isTrue();
    references.close();
    references.release();
    assertThat(closes).hasValue(0);
    references.release();
    assertThat(closes).hasValue(1);
  }

  @Test
  void refusesUsesAfterCloseThoughAnEarlierOneGoesOn() {
    assertThat(references.retain()).isTrue();
    references.close();
    assertThat(references.retain()).isFalse();
    references.release();
    assertThat(closes).hasValue(1);
  }

  @Test
  void theOwnerClosesOnce() {
    assertThat(references.retain()).isTrue();
    references.close();
    references.close();
    assertThat(closes).hasValue(0);
  }

  @Test
  void noUseMeetsAClosedResource() {
    for (int round = 0; round < 200; round++) {
      AtomicBoolean closed = new AtomicBoolean();
      ReferenceCount shared = new ReferenceCount(() -> closed.set(true));
      List<CompletableFuture<Boolean>> users =
          IntStream.range(0, 3)
              .mapToObj(user -> CompletableFuture.supplyAsync(() -> use(shared, closed)))
              .toList();
      shared.close();
      assertThat(users).allMatch(CompletableFuture::join);
      assertThat(closed).isTrue();
    }
  }

  /** Returns false when the resource was closed during a use. */
  private static boolean use(ReferenceCount shared, AtomicBoolean closed) {
    while (shared.retain()) {
      boolean open = !closed.get();
      shared.release();
      if (!open) {
        return false;
      }
    }
    return true;
  }
}
