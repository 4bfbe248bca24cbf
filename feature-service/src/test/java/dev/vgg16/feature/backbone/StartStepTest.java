package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StartStepTest {

  @Test
  void resultsAreInTheOrderOfTheSteps() {
    CountDownLatch second = new CountDownLatch(1);
    StartStep<String> first = StartStep.begin("first", () -> after(second, "1"));
    StartStep<String> last = StartStep.begin("last", () -> release(second, "2"));
    assertThat(StartStep.awaitAll(List.of(first, last))).containsExactly("1", "2");
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
    StartStep<String> failing =
        StartStep.begin(
            "failing",
            () -> {
              failed.countDown();
              throw new IllegalStateException("no memory");
            });
    StartStep<String> slow =
        StartStep.begin(
            "slow",
            () -> {
              after(failed, "");
              ended.set(true);
              return "";
            });
    assertThatThrownBy(() -> StartStep.awaitAll(List.of(failing, slow)))
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

  private static String release(CountDownLatch latch, String result) {
    latch.countDown();
    return result;
  }
}
