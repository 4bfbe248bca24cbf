package dev.vgg16.feature.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrientationTest {

  /** Where the first row and column of a stored picture "abc/def" belong: Exif 2.32, 4.6.4. */
  @ParameterizedTest
  @CsvSource({
    "1, abc/def",
    "2, cba/fed",
    "3, fed/cba",
    "4, def/abc",
    "5, ad/be/cf",
    "6, da/eb/fc",
    "7, fc/eb/da",
    "8, cf/be/ad"
  })
  void turnsThePictureUpright(int value, String upright) {
    try (BytePointer bytes = new BytePointer("abcdef".getBytes(US_ASCII));
        Mat pixels = new Mat(2, 3, opencv_core.CV_8UC1, bytes)) {
      Orientation.of(value).orElseThrow().undo(pixels);
      StringBuilder rows = new StringBuilder();
      for (int row = 0; row < pixels.rows(); row++) {
        rows.append(row == 0 ? "" : "/")
            .append(pixels.row(row).data().limit(pixels.cols()).getString());
      }
      assertThat(rows).hasToString(upright);
    }
  }

  @Test
  void knowsNoOtherValues() {
    assertThat(Orientation.of(0)).isEmpty();
    assertThat(Orientation.of(9)).isEmpty();
    assertThat(Orientation.of(1L << 32 | 6)).isEmpty();
  }
}
