package dev.vgg16.feature.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
  private static final VarHandle PIXEL =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** Each value of a byte as a float: a lookup is faster than the conversion. */
  private static final float[] LEVELS = new float[256];

  static {
    for (int i = 0; i < LEVELS.length; i++) {
      LEVELS[i] = i;
    }
  }

  private final int height;
  private final int width;
  // The bits of the first and the last channel in a pixel: the order is RGB or BGR.
  private final int firstShift;
  private final int lastShift;
  // For each float of a row.
  private final float[] scale;
  private final float[] shift;

  BilinearResize(int height, int width, Preprocessing preprocessing) {
    this.height = height;
    this.width = width;
    this.firstShift = Byte.SIZE * preprocessing.channel(0).source();
    this.lastShift = Byte.SIZE * preprocessing.channel(2).source();
    this.scale = new float[CHANNELS * width];
    this.shift = new float[CHANNELS * width];
    for (int i = 0; i < scale.length; i++) {
      scale[i] = preprocessing.channel(i % CHANNELS).scale();
      shift[i] = preprocessing.channel(i % CHANNELS).shift();
    }
  }

  /**
   * Writes the picture.
   *
   * @param out [height, width, 3] floats, from index 0
   */
  void write(DecodedImage image, FloatBuffer out) {
    Axis xs = Axis.of(image.width(), width, CHANNELS);
    Axis ys = Axis.of(image.height(), height, CHANNELS * image.width());
    // Row by row through an array, whose loops run without bounds checks.
    int rowBytes = CHANNELS * image.width();
    byte[] source = new byte[rowBytes + 1];
    float[] above = new float[CHANNELS * width];
    float[] below = new float[above.length];
    ByteBuffer rgb = image.rgb();
    for (int y = 0; y < height; y++) {
      rgb.get(ys.lower[y], source, 0, rowBytes);
      alongRow(source, xs, above);
      rgb.get(ys.upper[y], source, 0, rowBytes);
      alongRow(source, xs, below);
      betweenRows(above, below, ys.fraction[y]);
      out.put(y * above.length, above);
    }
  }

  private void alongRow(byte[] source, Axis xs, float[] row) {
    // Local copies, as the compiler must assume that the stores change the fields.
    int[] lower = xs.lower;
    int[] upper = xs.upper;
    float[] fractions = xs.fraction;
    int firstShift = this.firstShift;
    int lastShift = this.lastShift;
    for (int x = 0, at = 0; x < lower.length; x++, at += CHANNELS) {
      // A pixel and the byte after it in one read: one bounds check and not three.
      int left = (int) PIXEL.get(source, lower[x]);
      int right = (int) PIXEL.get(source, upper[x]);
      float fraction = fractions[x];
      row[at] = lerp(level(left >>> firstShift), level(right >>> firstShift), fraction);
      row[at + 1] = lerp(level(left >>> Byte.SIZE), level(right >>> Byte.SIZE), fraction);
      row[at + 2] = lerp(level(left >>> lastShift), level(right >>> lastShift), fraction);
    }
  }

  private static float level(int bits) {
    return LEVELS[bits & 0xFF];
  }

  /** Leaves the result in {@code above}. A separate loop, which C2 can vectorize. */
  private void betweenRows(float[] above, float[] below, float fraction) {
    for (int i = 0; i < above.length; i++) {
      above[i] = lerp(above[i], below[i], fraction) * scale[i] + shift[i];
    }
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
