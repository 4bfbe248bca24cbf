package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamAgeTest {

  private static final Duration AGE = Duration.ofSeconds(100);

  /** So that the clock overflows while streams are open. */
  private long now = Long.MAX_VALUE - Duration.ofSeconds(50).toNanos();

  private double random = 0.5;

  private final Ticker ticker =
      new Ticker() {
        @Override
        public long read() {
          return now;
        }
      };

  private final OpenStreams streams = new OpenStreams(age(AGE));

  private StreamAge age(Duration age) {
    return new StreamAge(age, ticker, () -> random);
  }

  /** A stream that ends once its items in flight are answered. */
  private static final class Stream implements OpenStreams.Stream {
    final List<String> drained = new ArrayList<>();

    @Override
    public void drain(String reason) {
      drained.add(reason);
    }
  }

  private Stream open(double random) {
    this.random = random;
    Stream stream = new Stream();
    streams.add(stream);
    return stream;
  }

  private void passUntilChecked(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
    streams.drainOld();
  }

  @Test
  void aStreamIsDrainedAtItsAge() {
    Stream old = open(0.5);
    passUntilChecked(60);
    Stream young = open(0.5);
    passUntilChecked(39);
    assertThat(old.drained).isEmpty();
    passUntilChecked(1);
    assertThat(old.drained)
        .containsExactly("the stream has reached its maximum age: open a new one");
    assertThat(young.drained).isEmpty();
    passUntilChecked(60);
    assertThat(young.drained).hasSize(1);
  }

  @Test
  void streamsThatBeginTogetherDoNotEndTogether() {
    Stream shortest = open(0);
    Stream longest = open(Math.nextDown(1.0));
    passUntilChecked(89);
    assertThat(shortest.drained).isEmpty();
    passUntilChecked(1);
    assertThat(shortest.drained).hasSize(1);
    passUntilChecked(19);
    assertThat(longest.drained).isEmpty();
    passUntilChecked(1);
    assertThat(longest.drained).hasSize(1);
  }

  @Test
  void aStreamThatHasEndedIsForgotten() {
    Stream stream = open(0.5);
    streams.remove(stream);
    passUntilChecked(1000);
    assertThat(stream.drained).isEmpty();
    assertThat(streams.count()).isZero();
  }

  @Test
  void withoutALimitStreamsMayHaveAnyAge() {
    OpenStreams unlimited = new OpenStreams(age(Duration.ZERO));
    Stream stream = new Stream();
    unlimited.add(stream);
    now += Duration.ofDays(1000).toNanos();
    unlimited.drainOld();
    assertThat(stream.drained).isEmpty();
    assertThat(age(Duration.ZERO).isLimited()).isFalse();
  }

  @Test
  void acceptsNoLimitAndASecond() {
    assertThat(StreamAge.of(Duration.ZERO).isLimited()).isFalse();
    assertThat(StreamAge.of(Duration.ofSeconds(1)).isLimited()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1, 999})
  void refusesOtherAges(long millis) {
    assertThatThrownBy(() -> StreamAge.of(Duration.ofMillis(millis)))
        .hasMessage(
            "--max-stream-age-ms must be 0, which is no limit, or at least 1000, not " + millis);
  }
}
