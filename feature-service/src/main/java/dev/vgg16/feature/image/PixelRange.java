package dev.vgg16.feature.image;

import com.google.errorprone.annotations.Immutable;
import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Locale;

/**
 * The numbers that a preprocessing can give. Others were scaled for another model or not at all,
 * and the backbone would make confident nonsense of them.
 *
 * @param formula how they are made of x, from 0 to 255
 */
@Immutable
record PixelRange(float lowest, float highest, String formula) {

  /** Bicubic resizing, and others that sharpen, go beyond the ends by some hundredths. */
  private static final float TOLERANCE = 0.1f;

  /**
   * Refuses what is out of range, and what is no number.
   *
   * @param pixels float32 little-endian
   * @throws ServingException {@code INVALID_INPUT}, of the field {@code image.pixels}
   */
  void check(ByteString pixels) {
    FloatBuffer floats =
        pixels.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float slack = TOLERANCE * (highest - lowest);
    float min = lowest - slack;
    float max = highest + slack;
    for (int i = 0; i < floats.limit(); i++) {
      float value = floats.get(i);
      // Neither holds of NaN.
      if (!(value >= min && value <= max)) {
        throw ServingException.invalidInput("image.pixels", problem(value, i));
      }
    }
  }

  private String problem(float value, int index) {
    return String.format(
        Locale.ROOT,
        "has %s at float %,d; pixels are %s, between %s and %s",
        text(value),
        index,
        formula,
        text(lowest),
        text(highest));
  }

  /** Whole numbers without a fraction. */
  private static String text(float value) {
    return value == (int) value ? Integer.toString((int) value) : Float.toString(value);
  }
}
