package dev.vgg16.feature.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.feature.pipeline.TestTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InferCallTest {

  private static final StageTimes TIMES = TestTimes.withScores();

  private final List<String> answers = new ArrayList<>();

  private InferCall<ByteString> call(int images) {
    return new InferCall<>(
        images,
        new InferCall.Answer<>() {
          @Override
          public void succeed(List<ByteString> results, List<StageTimes> times) {
            answers.add(
                results.stream().map(ByteString::toStringUtf8).toList() + " " + times.size());
          }

          @Override
          public void fail(Throwable cause) {
            answers.add(String.valueOf(cause.getMessage()));
          }
        },
        ByteString::size);
  }

  private static ByteString result(String text) {
    return ByteString.copyFromUtf8(text);
  }

  @Test
  void succeedsWithTheLastResultInTheOrderOfTheRequest() {
    InferCall<ByteString> call = call(3);
    call.sink(2).succeed(result("c"), TIMES);
    call.sink(0).succeed(result("a"), TIMES);
    assertThat(answers).isEmpty();
    assertThat(call.isEnded()).isFalse();
    call.sink(1).succeed(result("b"), TIMES);
    assertThat(answers).containsExactly("[a, b, c] 3");
    assertThat(call.isEnded()).isTrue();
  }

  @Test
  void failsOnceWithTheFirstFailure() {
    InferCall<ByteString> call = call(3);
    call.sink(1).succeed(result("b"), TIMES);
    call.sink(0).fail(new IllegalStateException("first"));
    assertThat(call.isEnded()).isTrue();
    call.sink(2).fail(new IllegalStateException("second"));
    call.sink(2).succeed(result("c"), TIMES);
    call.fail(new IllegalStateException("third"));
    assertThat(answers).containsExactly("first");
  }

  @Test
  void failsWhenTheResultsAreTooLarge() {
    InferCall<ByteString> call = call(3);
    ByteString half = ByteString.copyFrom(new byte[4 << 20]);
    call.sink(0).succeed(half, TIMES);
    call.sink(1).succeed(half, TIMES);
    assertThat(answers).isEmpty();
    call.sink(2).succeed(result("c"), TIMES);
    assertThat(answers)
        .containsExactly("has too many images: their results take more than 8 MiB; send fewer");
  }

  /** Of results and a failure that come at once one outcome is answered. */
  @Test
  void answersOnceWhateverComesAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 500; round++) {
        answers.clear();
        InferCall<ByteString> call = call(3);
        CountDownLatch start = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(4);
        List<Runnable> outcomes =
            List.of(
                () -> call.sink(0).succeed(result("a"), TIMES),
                () -> call.sink(1).succeed(result("b"), TIMES),
                () -> call.sink(2).succeed(result("c"), TIMES),
                () -> call.fail(new IllegalStateException("failure")));
        for (Runnable outcome : outcomes) {
          threads.execute(
              () -> {
                try {
                  start.await();
                  outcome.run();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } finally {
                  end.countDown();
                }
              });
        }
        start.countDown();
        assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(answers).hasSize(1).containsAnyOf("failure", "[a, b, c] 3");
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
