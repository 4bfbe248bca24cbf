package dev.vgg16.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamUploaderTest {

  /** Pauses take no time; each reading advances the clock by 50 ms. */
  private static final class FakeClock implements Clock {
    private final List<Duration> pauses = new ArrayList<>();
    private long nanos;

    @Override
    public long nanos() {
      return nanos += 50_000_000;
    }

    @Override
    public void pause(Duration duration) {
      pauses.add(duration);
      nanos += duration.toNanos();
    }
  }

  private final FakeClock clock = new FakeClock();
  private final List<UploadResult<String, String>> results = new ArrayList<>();

  @Test
  void everyItemHasOneResult() throws InterruptedException {
    FakeStreams streams = new FakeStreams(text -> "is " + text, Integer.MAX_VALUE);
    upload(streams, "a", "b", "c");
    assertThat(results.stream().map(result -> result.result().orElseThrow()))
        .containsExactly("is a", "is b", "is c");
    assertThat(results.stream().map(UploadResult::index)).containsExactly(0, 1, 2);
    assertThat(streams.opened).isEqualTo(1);
  }

  @Test
  void anItemThatCanNotBeReadFailsAlone() throws InterruptedException {
    FakeStreams streams = new FakeStreams(text -> text, Integer.MAX_VALUE);
    upload(streams, "a", "unusable", "c");
    assertThat(streams.sent).containsExactly("a", "c");
    assertThat(failureOf("unusable")).isEqualTo(new Failure("MISSING", "there is none"));
    assertThat(results).hasSize(3);
  }

  @Test
  void anErrorIsTheResultOfItsItem() throws InterruptedException {
    upload(new FakeStreams(text -> "error 3", Integer.MAX_VALUE), "a");
    assertThat(failureOf("a")).isEqualTo(new Failure("INVALID_ARGUMENT", "no"));
  }

  @Test
  void itemsWithoutAResponseAreResentWhenTheStreamFails() throws InterruptedException {
    FakeStreams streams = new FakeStreams(text -> text, 7);
    String[] items = IntStream.range(0, 100).mapToObj(i -> "item" + i).toArray(String[]::new);
    upload(streams, items);
    assertThat(results.stream().map(UploadResult::item)).containsExactlyInAnyOrder(items);
    assertThat(results).allMatch(result -> result.failure().isEmpty());
    assertThat(streams.opened).isGreaterThan(10);
  }

  @Test
  void itemsFailWhenTheStreamFailsFiveTimesWithoutAResponse() throws InterruptedException {
    FakeStreams streams = new FakeStreams(text -> text, 0);
    upload(streams, "a", "b");
    assertThat(results.stream().map(result -> result.failure().orElseThrow().code()))
        .containsExactly("UNAVAILABLE", "UNAVAILABLE");
    assertThat(streams.opened).isEqualTo(5);
    assertThat(clock.pauses)
        .containsExactly(
            Duration.ofMillis(200),
            Duration.ofMillis(400),
            Duration.ofMillis(800),
            Duration.ofMillis(1600));
  }

  @Test
  void anItemThatTheServiceHasNoCapacityForIsResent() throws InterruptedException {
    Set<String> seen = new HashSet<>();
    FakeStreams streams =
        new FakeStreams(
            text -> text.equals("b") && seen.add(text) ? "error 8" : text, Integer.MAX_VALUE);
    upload(streams, "a", "b", "c");
    assertThat(results).hasSize(3).allMatch(result -> result.failure().isEmpty());
    assertThat(streams.sent).containsExactly("a", "b", "c", "b");
  }

  @Test
  void aStreamWithoutResponsesTimesOut() throws InterruptedException {
    FakeStreams streams = new FakeStreams(text -> null, Integer.MAX_VALUE);
    upload(streams, new UploadOptions(1, Duration.ofMillis(120)), "a");
    assertThat(failureOf("a").code()).isEqualTo("DEADLINE_EXCEEDED");
    assertThat(streams.cancelled).isTrue();
  }

  @Test
  void theStreamIsCancelledWhenTheCallerThrows() {
    FakeStreams streams = new FakeStreams(text -> text, Integer.MAX_VALUE);
    StreamUploader<String, String, String, String> uploader =
        new StreamUploader<>(streams, StreamUploaderTest::read, UploadOptions.DEFAULT, clock);
    assertThatThrownBy(
            () ->
                uploader.run(
                    List.of("a"),
                    result -> {
                      throw new IllegalStateException("stop");
                    }))
        .hasMessage("stop");
    assertThat(streams.cancelled).isTrue();
  }

  private void upload(FakeStreams streams, String... items) throws InterruptedException {
    upload(streams, new UploadOptions(16, Duration.ofHours(1)), items);
  }

  private void upload(FakeStreams streams, UploadOptions options, String... items)
      throws InterruptedException {
    new StreamUploader<>(streams, StreamUploaderTest::read, options, clock)
        .run(List.of(items), results::add);
  }

  private static ByteString read(String item) throws UnusableItemException {
    if (item.equals("unusable")) {
      throw new UnusableItemException(new Failure("MISSING", "there is none"));
    }
    return ByteString.copyFromUtf8(item);
  }

  private Failure failureOf(String item) {
    return results.stream()
        .filter(result -> result.item().equals(item))
        .findFirst()
        .orElseThrow()
        .failure()
        .orElseThrow();
  }
}
