package dev.vgg16.feature.image;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Resizes and scales in one pass, from 8-bit RGB to the floats that a backbone reads, without a
 * float copy of the whole picture. The cost depends on the output's size alone.
 *
 * <p>Bilinear, with half-pixel centres and without antialiasing, in the order of operations of
 * TensorFlow's {@code resize_bilinear_op.cc} with {@code half_pixel_centers}, which is what {@code
 * tf.image.resize} runs.
 */
final class BilinearResize {

  private static final int CHANNELS = 3;

  /** Each value of a byte as a float: a lookup is faster than the conversion. */
  private static final float[] LEVELS = new float[256];

  static {
    for (int i = 0; i < LEVELS.length; i++) {
      LEVELS[i] = i;
    }
  }

  private final int height;
  private final int width;
  private final Preprocessing.Channel first;
  private final Preprocessing.Channel second;
  private final Preprocessing.Channel third;

  BilinearResize(int height, int width, Preprocessing preprocessing) {
    this.height = height;
    this.width = width;
    this.first = preprocessing.channel(0);
    this.second = preprocessing.channel(1);
    this.third = preprocessing.channel(2);
  }

  /**
   * Writes the picture.
   *
   * @param out [height, width, 3] floats, from index 0
   */
  void write(DecodedImage image, FloatBuffer out) {
    Axis xs = Axis.of(image.width(), width, CHANNELS);
    Axis ys = Axis.of(image.height(), height, CHANNELS * image.width());
    // Row by row through arrays: the JVM's first compiler reaches into buffers slowly.
    byte[] above = new byte[CHANNELS * image.width()];
    byte[] below = new byte[above.length];
    float[] row = new float[CHANNELS * width];
    ByteBuffer rgb = image.rgb();
    for (int y = 0; y < height; y++) {
      rgb.get(ys.lower[y], above);
      rgb.get(ys.upper[y], below);
      betweenRows(above, below, xs, ys.fraction[y], row);
      out.put(y * row.length, row);
    }
  }

  /** All in one loop, with nothing stored in between. */
  private void betweenRows(byte[] above, byte[] below, Axis xs, float down, float[] row) {
    // Local copies, as the compiler must assume that the stores change the fields.
    int[] lower = xs.lower;
    int[] upper = xs.upper;
    float[] fractions = xs.fraction;
    int source1 = first.source();
    int source2 = second.source();
    int source3 = third.source();
    float scale1 = first.scale();
    float scale2 = second.scale();
    float scale3 = third.scale();
    float shift1 = first.shift();
    float shift2 = second.shift();
    float shift3 = third.shift();
    for (int x = 0, at = 0; x < lower.length; x++, at += CHANNELS) {
      int left = lower[x];
      int right = upper[x];
      float across = fractions[x];
      float top = alongRow(above, left + source1, right + source1, across);
      float bottom = alongRow(below, left + source1, right + source1, across);
      row[at] = lerp(top, bottom, down) * scale1 + shift1;
      top = alongRow(above, left + source2, right + source2, across);
      bottom = alongRow(below, left + source2, right + source2, across);
      row[at + 1] = lerp(top, bottom, down) * scale2 + shift2;
      top = alongRow(above, left + source3, right + source3, across);
      bottom = alongRow(below, left + source3, right + source3, across);
      row[at + 2] = lerp(top, bottom, down) * scale3 + shift3;
    }
  }

  private static float alongRow(byte[] source, int left, int right, float across) {
    return lerp(LEVELS[source[left] & 0xFF], LEVELS[source[right] & 0xFF], across);
  }

  private static float lerp(float a, float b, float fraction) {
    return a + (b - a) * fraction;
  }

  /**
   * For each output position, the two input offsets that it lies between, and the fraction. The
   * arrays never change.
   */
  private static final class Axis {
    final int[] lower;
    final int[] upper;
    final float[] fraction;

    private Axis(int size) {
      lower = new int[size];
      upper = new int[size];
      fraction = new float[size];
    }

    static Axis of(int inSize, int outSize, int stride) {
      Axis axis = new Axis(outSize);
      float scale = (float) inSize / outSize;
      for (int i = 0; i < outSize; i++) {
        float position = (i + 0.5f) * scale - 0.5f;
        float floor = (float) Math.floor(position);
        axis.lower[i] = stride * Math.max((int) floor, 0);
        axis.upper[i] = stride * Math.min((int) Math.ceil(position), inSize - 1);
        axis.fraction[i] = position - floor;
      }
      return axis;
    }
  }
}
