package dev.vgg16.head.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MapBytesTest {

  private static final byte[] BYTES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

  /** From the middle of a buffer, an empty one, and one in native memory. */
  private final List<MapBytes> all =
      List.of(
          MapBytes.of(ByteString.copyFrom(BYTES)),
          MapBytes.of(
              List.of(
                  ByteBuffer.wrap(BYTES, 0, 3),
                  ByteBuffer.wrap(BYTES, 3, 1),
                  ByteBuffer.allocate(0),
                  ByteBuffer.allocateDirect(6).put(BYTES, 4, 6).flip())));

  @Test
  void returnsEveryRange() {
    for (MapBytes data : all) {
      assertThat(data.size()).isEqualTo(BYTES.length);
      for (int from = 0; from <= BYTES.length; from++) {
        for (int to = from; to <= BYTES.length; to++) {
          ByteBuffer target = ByteBuffer.allocate(to - from + 2).position(1).limit(to - from + 1);
          data.copyTo(target, from);
          assertThat(target.remaining()).isZero();
          assertThat(Arrays.copyOfRange(target.array(), 1, to - from + 1))
              .isEqualTo(Arrays.copyOfRange(BYTES, from, to));
        }
      }
    }
  }

  @Test
  void refusesARangeOutOfBounds() {
    for (MapBytes data : all) {
      assertThatThrownBy(() -> data.copyTo(ByteBuffer.allocate(2), 9))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> data.copyTo(ByteBuffer.allocate(2), -1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
