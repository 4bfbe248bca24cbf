package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BilinearResizeTest {

  @ParameterizedTest
  @CsvSource({"400,450", "160,160", "80,500", "7,3", "1,1", "161,159", "1000,20"})
  void agreesWithTheFormulaInDoublePrecision(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    new Random(width * 31L + height).nextBytes(rgb);
    FloatBuffer out = resize(rgb, width, height, 160, 160, Preprocessing.TF);
    for (int y = 0; y < 160; y++) {
      for (int x = 0; x < 160; x++) {
        for (int c = 0; c < 3; c++) {
          double expected = sample(rgb, width, height, x, y, c, 160, 160) / 127.5 - 1;
          assertThat((double) out.get((y * 160 + x) * 3 + c)).isCloseTo(expected, within(2e-4));
        }
      }
    }
  }

  @Test
  void leavesAPictureOfTheRightSizeAsItIs() {
    byte[] rgb = {0, (byte) 128, (byte) 255, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    FloatBuffer out = resize(rgb, 2, 2, 2, 2, Preprocessing.TF);
    for (int i = 0; i < rgb.length; i++) {
      assertThat(out.get(i)).isCloseTo((rgb[i] & 0xFF) / 127.5f - 1, within(1e-6f));
    }
  }

  @ParameterizedTest
  @EnumSource(Preprocessing.class)
  void scalesAsKerasDoes(Preprocessing mode) {
    FloatBuffer out = resize(new byte[] {10, (byte) 200, 90}, 1, 1, 1, 1, mode);
    float[] expected =
        switch (mode) {
          case TF -> new float[] {10 / 127.5f - 1, 200 / 127.5f - 1, 90 / 127.5f - 1};
          case CAFFE -> new float[] {90 - 103.939f, 200 - 116.779f, 10 - 123.68f};
          case TORCH ->
              new float[] {
                (10 / 255f - 0.485f) / 0.229f,
                (200 / 255f - 0.456f) / 0.224f,
                (90 / 255f - 0.406f) / 0.225f
              };
        };
    for (int c = 0; c < 3; c++) {
      assertThat(out.get(c)).isCloseTo(expected[c], within(1e-5f));
    }
  }

  private static FloatBuffer resize(
      byte[] rgb, int width, int height, int outWidth, int outHeight, Preprocessing mode) {
    FloatBuffer out = FloatBuffer.allocate(outWidth * outHeight * 3);
    DecodedImage image = new DecodedImage(width, height, ByteBuffer.wrap(rgb), () -> {});
    new BilinearResize(outHeight, outWidth, mode).write(image, out);
    return out;
  }

  /** Half-pixel centres; positions outside are moved to the edge. */
  private static double sample(
      byte[] rgb, int width, int height, int x, int y, int c, int outWidth, int outHeight) {
    double px = Math.min(Math.max((x + 0.5) * width / outWidth - 0.5, 0), width - 1);
    double py = Math.min(Math.max((y + 0.5) * height / outHeight - 0.5, 0), height - 1);
    int x0 = (int) px;
    int y0 = (int) py;
    double sum = 0;
    for (int dy = 0; dy <= 1; dy++) {
      for (int dx = 0; dx <= 1; dx++) {
        double weight = (1 - Math.abs(px - (x0 + dx))) * (1 - Math.abs(py - (y0 + dy)));
        if (weight > 0) {
          sum += weight * (rgb[((y0 + dy) * width + x0 + dx) * 3 + c] & 0xFF);
        }
      }
    }
    return sum;
  }
}
