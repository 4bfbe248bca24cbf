package dev.vgg16.service.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.service.outcome.ItemListener.Failure;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.opentelemetry.api.trace.SpanContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ItemLogTest {

  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 7);
  private static final CallOrigin ORIGIN =
      new CallOrigin("a.B/ClassifyStream", PEER, "r-1", SpanContext.getInvalid());
  private static final CallOrigin UNKNOWN = CallOrigin.of("a.B/Classify", new Metadata());

  private static String line(String id, String message) {
    return ItemLog.line(new Failure("ClassifyStream", ORIGIN, id, Code.INVALID_ARGUMENT, message));
  }

  @Test
  void formatsAFailure() {
    assertThat(line("a.jpg", "image: is empty"))
        .isEqualTo(
            "ClassifyStream of %s request 'r-1' item 'a.jpg': INVALID_ARGUMENT image: is empty"
                .formatted(PEER));
    assertThat(ItemLog.line(new Failure("Classify", UNKNOWN, "", Code.CANCELLED, "late")))
        .isEqualTo("Classify of an unknown peer: CANCELLED late");
  }

  @Test
  void isOneShortLineForAnyInput() {
    String line = line("x".repeat(1 << 20), "no\nline of its own" + "y".repeat(1 << 20));
    assertThat(line)
        .hasLineCount(1)
        .contains("x".repeat(64) + "...'")
        .doesNotContain("xxxxx".repeat(13));
    assertThat(line.length()).isLessThan(3_000);
  }
}
