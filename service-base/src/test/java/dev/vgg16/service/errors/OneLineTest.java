package dev.vgg16.service.errors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {

  @Test
  void keepsASingleLine() {
    assertThat(OneLine.of("/tmp/é/head.onnx: \"\uD83D\uDC31\" is none"))
        .contains("é", "\uD83D\uDC31");
  }

  @Test
  void joinsLines() {
    assertThat(OneLine.of("is a\r\n2026 INFO\tb\0\u2028c\u001b[0m"))
        .isEqualTo("is a 2026 INFO b c [0m");
  }

  @Test
  void truncatesLongText() {
    assertThat(OneLine.of("x".repeat(1_000_000))).hasSize(2_003).endsWith("x...");
  }
}
