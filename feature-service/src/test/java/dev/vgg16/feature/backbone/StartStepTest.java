package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class StartStepTest {

  @Test
  void resultsAreInTheOrderOfTheSteps() {
    assertThat(StartStep.runAll("step", List.of(() -> "1", () -> "2", () -> "3")))
        .containsExactly("1", "2", "3");
  }

  @Test
  void aStepRunsOnAThreadOfItsName() {
    assertThat(StartStep.begin("some-step", () -> Thread.currentThread().getName()).await())
        .isEqualTo("some-step");
  }

  @Test
  void throwsWhatAStepThrowsAfterAllHaveEnded() {
    CountDownLatch failed = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    Supplier<String> failing =
        () -> {
          failed.countDown();
          throw new IllegalStateException("no memory");
        };
    Supplier<String> slow =
        () -> {
          after(failed, "");
          ended.set(true);
          return "";
        };
    assertThatThrownBy(() -> StartStep.runAll("step", List.of(failing, slow)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no memory");
    assertThat(ended).isTrue();
  }

  @Test
  void throwsErrorsAsTheyAre() {
    UnsatisfiedLinkError error = new UnsatisfiedLinkError("libx.so");
    assertThatThrownBy(
            () ->
                StartStep.begin(
                        "failing",
                        () -> {
                          throw error;
                        })
                    .await())
        .isSameAs(error);
  }

  private static String after(CountDownLatch latch, String result) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return result;
  }
}
