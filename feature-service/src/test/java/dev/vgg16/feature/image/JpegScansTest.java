package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JpegScansTest {

  private static final byte[] SCAN = {
    (byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 0, 0,
  };

  @ParameterizedTest
  @CsvSource({"64, false", "65, true"})
  void countsScans(int scans, boolean tooMany) {
    assertThat(JpegScans.tooMany(file(new int[0], scans), 2, JpegScans.MAX)).isEqualTo(tooMany);
  }

  /** What each costs grows with the picture. */
  @ParameterizedTest
  @CsvSource({"0, 64", "1000000, 64", "1048576, 64", "2097152, 32", "12000000, 24", "67108864, 24"})
  void aLargePictureMayHaveFewer(long pixels, int max) {
    assertThat(JpegScans.max(pixels)).isEqualTo(max);
  }

  /** What libjpeg passes over in a scan's data hides no scans behind it. */
  @ParameterizedTest
  @CsvSource({
    "0x02, true",
    "0x7F, true",
    "0xBF, true",
    "0x00, true",
    "0xD3, true",
    // A segment of 0xF0F0 bytes, a picture's end.
    "0xE1, false",
    "0xD9, false"
  })
  void passesOverWhatADecoderPassesOver(String marker, boolean tooMany) {
    int[] data = {0xFF, Integer.decode(marker), 0xF0, 0xF0};
    assertThat(JpegScans.tooMany(file(data, 1000), 2, JpegScans.MAX)).isEqualTo(tooMany);
  }

  /** One scan with this data, and more without any. */
  private static ByteString file(int[] data, int scans) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(0xFF);
    file.write(0xD8);
    file.writeBytes(SCAN);
    for (int value : data) {
      file.write(value);
    }
    for (int i = 1; i < scans; i++) {
      file.writeBytes(SCAN);
    }
    file.write(0xFF);
    file.write(0xD9);
    return ByteString.copyFrom(file.toByteArray());
  }
}
