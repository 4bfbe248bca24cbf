package dev.vgg16.feature.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CacheOptionsTest {

  @Test
  void isOffAtZero() {
    assertThat(new CacheOptions(0, 100).isOn()).isFalse();
    assertThat(new CacheOptions(1, 100).isOn()).isTrue();
  }

  @Test
  void leavesHalfOfTheHeapToTheImages() {
    assertThat(new CacheOptions(50, 100).bytes()).isEqualTo(50);
    assertThatThrownBy(() -> new CacheOptions(1L << 30, 300 << 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--cache-bytes (1073741824) must be at most half of the heap (314572800); "
                + "JAVA_OPTS=-Xmx2253m makes room");
  }

  @Test
  void mustNotBeNegative() {
    assertThatThrownBy(() -> new CacheOptions(-1, 100)).hasMessageContaining("cache-bytes");
  }
}
