package dev.vgg16.feature.oip;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as IEEE 754 binary16, rounded to the nearest, ties to even. */
final class Float16 {

  private static final int INFINITY = 0x7c00;
  private static final int NAN = 0x7e00;

  // Bits of float32.
  private static final int FLOAT_INFINITY = 0x7f800000;

  /** Half of the way from the largest number, 65,504, to the next that there would be. */
  private static final int OVERFLOW = Float.floatToRawIntBits(65_520);

  private static final int SMALLEST_NORMAL = Float.floatToRawIntBits(0x1p-14f);
  private static final int BITS_LESS = 13;
  private static final int EXPONENT_LESS = (127 - 15) << 23;

  private Float16() {}

  /**
   * @param floats float32 little-endian
   * @return float16 little-endian
   */
  static ByteString of(ByteString floats) {
    ByteBuffer from = floats.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.allocate(floats.size() / 2).order(ByteOrder.LITTLE_ENDIAN);
    while (from.hasRemaining()) {
      to.putShort(of(from.getFloat()));
    }
    return ByteString.copyFrom(to.flip());
  }

  static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    return (short) (sign | ofMagnitude(bits & 0x7fffffff));
  }

  private static int ofMagnitude(int bits) {
    if (bits > FLOAT_INFINITY) {
      return NAN;
    }
    if (bits >= OVERFLOW) {
      return INFINITY;
    }
    if (bits < SMALLEST_NORMAL) {
      // The sum is rounded to multiples of 2^-24, as a subnormal number is.
      float sum = Float.intBitsToFloat(bits) + 0.5f;
      return Float.floatToRawIntBits(sum) - Float.floatToRawIntBits(0.5f);
    }
    int odd = (bits >>> BITS_LESS) & 1;
    int almostHalf = (1 << (BITS_LESS - 1)) - 1;
    return (bits - EXPONENT_LESS + almostHalf + odd) >>> BITS_LESS;
  }
}
