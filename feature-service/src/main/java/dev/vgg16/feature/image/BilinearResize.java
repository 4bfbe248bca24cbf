package dev.vgg16.feature.image;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Resizes and scales in one pass, from 8-bit RGB to the floats that a backbone reads: no float copy
 * of the whole picture is made, and the cost depends on the output's size alone.
 *
 * <p>Bilinear with half-pixel centres and without antialiasing, in the order of operations of
 * TensorFlow's {@code resize_bilinear_op.cc} with {@code half_pixel_centers}, which is what {@code
 * tf.image.resize} runs.
 */
final class BilinearResize {

  private static final int CHANNELS = 3;

  private final int height;
  private final int width;
  private final Preprocessing preprocessing;

  BilinearResize(int height, int width, Preprocessing preprocessing) {
    this.height = height;
    this.width = width;
    this.preprocessing = preprocessing;
  }

  /**
   * Writes the picture.
   *
   * @param out [height, width, 3] floats, from index 0
   */
  void write(DecodedImage image, FloatBuffer out) {
    Axis xs = Axis.of(image.width(), width, CHANNELS);
    Axis ys = Axis.of(image.height(), height, CHANNELS * image.width());
    // One row at a time goes through the heap, where the loop runs without bounds checks.
    byte[] top = new byte[CHANNELS * image.width()];
    byte[] bottom = new byte[top.length];
    float[] row = new float[CHANNELS * width];
    ByteBuffer rgb = image.rgb();
    for (int y = 0; y < height; y++) {
      rgb.get(ys.lower[y], top);
      rgb.get(ys.upper[y], bottom);
      for (int channel = 0; channel < CHANNELS; channel++) {
        writeChannel(top, bottom, ys.fraction[y], xs, channel, row);
      }
      out.put(y * row.length, row);
    }
  }

  private void writeChannel(
      byte[] top, byte[] bottom, float yFraction, Axis xs, int channel, float[] row) {
    int source = preprocessing.channel(channel).source();
    float scale = preprocessing.channel(channel).scale();
    float shift = preprocessing.channel(channel).shift();
    for (int x = 0; x < width; x++) {
      int left = xs.lower[x] + source;
      int right = xs.upper[x] + source;
      float fraction = xs.fraction[x];
      float above = lerp(top[left] & 0xFF, top[right] & 0xFF, fraction);
      float below = lerp(bottom[left] & 0xFF, bottom[right] & 0xFF, fraction);
      row[CHANNELS * x + channel] = lerp(above, below, yFraction) * scale + shift;
    }
  }

  private static float lerp(float a, float b, float fraction) {
    return a + (b - a) * fraction;
  }

  /**
   * For each output position, the two input offsets it lies between, and how far along. The arrays
   * are never changed.
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
