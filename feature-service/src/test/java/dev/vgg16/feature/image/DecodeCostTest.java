package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodeCostTest {

  private final ImageReader reader =
      new ImageReader(ImageLimits.DEFAULT, 160, 160, Preprocessing.TF);

  private DecodeCost cost(ByteString file) {
    return reader.check(new ImageInput.Encoded(file));
  }

  /** A PNG of these 8 x 8 pixels or more, whose header says another size. */
  private static ByteString png(int type, int width, int height) {
    byte[] file = TestImages.encode(TestImages.gradient(8, 8, type), "png").toByteArray();
    for (int i = 0; i < 4; i++) {
      file[16 + i] = (byte) (width >> (8 * (3 - i)));
      file[20 + i] = (byte) (height >> (8 * (3 - i)));
    }
    return ByteString.copyFrom(file);
  }

  /** A JPEG whose header says another size, of at most 65,500. */
  private static ByteString jpeg(String name, int width, int height) {
    byte[] file = TestImages.resource(name).toByteArray();
    for (int i = 0; i < file.length - 9; i++) {
      if ((file[i] & 0xFF) == 0xFF
          && (file[i + 1] & 0xFF) >= 0xC0
          && (file[i + 1] & 0xFF) <= 0xC2) {
        file[i + 5] = (byte) (height >> 8);
        file[i + 6] = (byte) height;
        file[i + 7] = (byte) (width >> 8);
        file[i + 8] = (byte) width;
        return ByteString.copyFrom(file);
      }
    }
    throw new AssertionError("no frame");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat-chelsea.png", "dog-portrait-exif6.jpg"})
  void aSmallPhotoCostsOneTurn(String name) {
    DecodeCost cost = cost(TestImages.sample(name));
    assertThat(cost.turns()).isEqualTo(1);
    assertThat(cost.isCostly()).isFalse();
  }

  @Test
  void pixelsCostNothing() {
    ByteString pixels = ByteString.copyFrom(new byte[160 * 160 * 3 * 4]);
    DecodeCost cost = reader.check(new ImageInput.Pixels(pixels));
    assertThat(cost).isEqualTo(DecodeCost.NONE);
    assertThat(cost.turns()).isEqualTo(1);
  }

  /** Width and height are those of a camera's photo, and of the largest picture. */
  @ParameterizedTest
  @CsvSource({
    "grey.jpg,        1600, 1200,  1, false",
    "grey.jpg,        4000, 3000,  3, false",
    "progressive.jpg, 1600, 1200,  2, false",
    "grey.jpg,        8000, 6000, 12, true",
    "grey.jpg,        8192, 8192, 16, true",
    "progressive.jpg, 8192, 8192, 43, true",
  })
  void aJpegCostsByItsPixelsAndScans(
      String name, int width, int height, int turns, boolean isCostly) {
    DecodeCost cost = cost(jpeg(name, width, height));
    assertThat(cost.turns()).isEqualTo(turns);
    assertThat(cost.isCostly()).isEqualTo(isCostly);
  }

  @Test
  void aPngCostsByTheBytesOfItsPixels() {
    DecodeCost grey = cost(png(BufferedImage.TYPE_BYTE_GRAY, 4000, 3000));
    DecodeCost rgba = cost(png(BufferedImage.TYPE_INT_ARGB, 4000, 3000));
    DecodeCost grey16 = cost(png(BufferedImage.TYPE_USHORT_GRAY, 4000, 3000));
    assertThat(grey.nanos()).isLessThan(grey16.nanos());
    assertThat(grey16.nanos()).isLessThan(rgba.nanos());
    assertThat(grey.isCostly()).isFalse();
    byte[] interlaced = png(BufferedImage.TYPE_INT_ARGB, 4000, 3000).toByteArray();
    interlaced[28] = 1;
    assertThat(cost(ByteString.copyFrom(interlaced)).nanos()).isGreaterThan(rgba.nanos());
  }

  @Test
  void bytesCostToo() {
    ByteString small = TestImages.jpeg();
    ByteString large = small.concat(ByteString.copyFrom(new byte[10 << 20]));
    assertThat(cost(large).turns()).isGreaterThan(cost(small).turns());
  }

  @Test
  void sequentialWithSeveralScansCostsAsMuchAsProgressive() {
    ByteString oneScan = TestImages.resource("cases/sampling-420.jpg");
    ByteString several = TestImages.resource("cases/non-interleaved-420.jpg");
    assertThat(cost(several).nanos()).isGreaterThan(2 * cost(oneScan).nanos());
  }

  /** The largest that there can be. */
  @Test
  void turnsAreBounded() {
    DecodeCost most = new DecodeCost(Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(most.turns()).isEqualTo(Integer.MAX_VALUE);
    assertThat(most.isCostly()).isTrue();
  }
}
