package dev.vgg16.feature.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class Float16Test {

  private static final int INFINITY = 0x7c00;

  /** Of a finite number that is not negative. */
  private static float value(int bits) {
    int exponent = bits >>> 10;
    int fraction = bits & 0x3ff;
    return exponent == 0
        ? Math.scalb((float) fraction, -24)
        : Math.scalb((float) (fraction | 0x400), exponent - 25);
  }

  private static int bits(float value) {
    return Float16.of(value) & 0xffff;
  }

  @Test
  void eachNumberStaysAsItIs() {
    for (int bits = 0; bits < INFINITY; bits++) {
      assertThat(bits(value(bits))).isEqualTo(bits);
      assertThat(bits(-value(bits))).isEqualTo(bits | 0x8000);
    }
  }

  @Test
  void othersAreRoundedToTheNearestAndTiesToEven() {
    for (int bits = 0; bits < INFINITY - 1; bits++) {
      float middle = (value(bits) + value(bits + 1)) / 2;
      assertThat(bits(middle)).isEqualTo(bits + (bits & 1));
      assertThat(bits(Math.nextDown(middle))).isEqualTo(bits);
      assertThat(bits(Math.nextUp(middle))).isEqualTo(bits + 1);
    }
  }

  @Test
  void whatIsTooLargeIsInfinite() {
    assertThat(bits(Math.nextDown(65_520f))).isEqualTo(INFINITY - 1);
    assertThat(bits(65_520)).isEqualTo(INFINITY);
    assertThat(bits(Float.MAX_VALUE)).isEqualTo(INFINITY);
    assertThat(bits(Float.NEGATIVE_INFINITY)).isEqualTo(INFINITY | 0x8000);
    assertThat(bits(Float.NaN)).isGreaterThan(INFINITY).isLessThan(0x8000);
  }

  @Test
  void littleEndian() {
    byte[] two = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0};
    assertThat(Float16.of(ByteString.copyFrom(two)).toByteArray())
        .containsExactly(0, 0x3c, 0, 0xc0);
  }
}
