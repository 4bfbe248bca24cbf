package dev.vgg16.feature.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebpFileTest {

  /** One colour, losslessly. */
  private static final String SHORTEST = "cases/tiny-black-lossless-28-bytes.webp";

  /** OpenCV wants 32 bytes; a WebP may have less. */
  @ParameterizedTest
  @ValueSource(ints = {28, 31, 32, 33})
  void decodesShortFiles(int length) {
    ByteString whole = TestImages.resource(SHORTEST);
    ByteString file = whole.concat(ByteString.copyFrom(new byte[length - whole.size()]));
    ByteString decodable = TestImages.decodable(file);
    assertThat(decodable.size()).isEqualTo(Math.max(32, length));
    assertThat(decodable.startsWith(file)).isTrue();
    try (DecodedImage image = new ImageDecoder(TestImages.LIMITS).decode(file)) {
      assertThat(image.width()).isEqualTo(160);
    }
  }

  /** Each kind needs as many bytes as its size takes, and no more. */
  @ParameterizedTest
  @CsvSource({"lossless.webp, 25", "lossy.webp, 30", "cases/exif-6.webp, 30"})
  void readsTheSizeOfTheFirstBytes(String name, int needed) {
    ByteString file = TestImages.resource(name);
    assertThat(new WebpFile(file.substring(0, needed)).header()).isPresent();
    assertThat(new WebpFile(file.substring(0, needed - 1)).header()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"8, TURNED_LEFT", "12, TURNED_LEFT", "0, UPRIGHT"})
  void readsTheOrientationWhereTheFlagsTellOfIt(int flags, Orientation orientation) {
    ByteString metadata =
        chunk("ICCP", ByteString.copyFromUtf8("odd")).concat(chunk("EXIF", ExifTest.SIX));
    assertThat(new WebpFile(extended(flags, metadata)).orientation()).isEqualTo(orientation);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MAX_VALUE, 1000})
  void staysWithinTheFile(int length) {
    ByteBuffer claims = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    claims.put("ICCP".getBytes(US_ASCII)).putInt(length).flip();
    ByteString file = extended(8, ByteString.copyFrom(claims).concat(chunk("EXIF", ExifTest.SIX)));
    assertThat(new WebpFile(file).orientation()).isEqualTo(Orientation.UPRIGHT);
  }

  private static ByteString extended(int flags, ByteString more) {
    ByteString header = chunk("VP8X", TestImages.bytes(flags, 0, 0, 0, 3, 0, 0, 3, 0, 0));
    ByteString chunks = ByteString.copyFromUtf8("WEBP").concat(header).concat(more);
    return chunk("RIFF", chunks);
  }

  private static ByteString chunk(String type, ByteString data) {
    int padded = data.size() + (data.size() & 1);
    ByteBuffer chunk = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    chunk.put(type.getBytes(US_ASCII)).putInt(data.size()).put(data.asReadOnlyByteBuffer());
    return ByteString.copyFrom(chunk.array());
  }
}
