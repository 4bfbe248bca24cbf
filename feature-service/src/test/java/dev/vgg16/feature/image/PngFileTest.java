package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngFileTest {

  /** Signature and IHDR. */
  private static final int HEADER = 33;

  private final ImageDecoder decoder = new ImageDecoder(TestImages.LIMITS);

  @Test
  void leavesAPlainFileAsItIs() {
    ByteString png = TestImages.png();
    assertThat(TestImages.decodable(png)).isEqualTo(png);
    ByteString behind = ByteString.copyFromUtf8("PK\3\4 and an archive behind the picture");
    assertThat(TestImages.decodable(png.concat(behind))).isEqualTo(png);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zTXt", "iTXt", "iCCP", "acTL", "fcTL", "fdAT", "eXIf", "vpAg"})
  void leavesOutWhatNoStillPictureNeeds(String type) {
    assertThat(TestImages.decodable(with(type))).isEqualTo(TestImages.png());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLTE", "tRNS", "IDAT", "XXXX"})
  void keepsWhatAPictureMayNeed(String type) {
    assertThat(TestImages.decodable(with(type))).isEqualTo(with(type));
  }

  /** All pixels are there: the end says nothing of them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 12})
  void replacesADamagedEnd(int missing) {
    ByteString png = TestImages.png();
    assertThat(TestImages.decodable(png.substring(0, png.size() - missing))).isEqualTo(png);
    ByteString wrongChecksum = png.substring(0, png.size() - 1).concat(TestImages.bytes(0));
    assertThat(TestImages.decodable(wrongChecksum)).isEqualTo(png);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsTheOrientationBeforeAndBehindThePixels(boolean before) {
    ByteString png = TestImages.png();
    int at = before ? HEADER : png.size() - 12;
    ByteString turned =
        png.substring(0, at).concat(chunk("eXIf", ExifTest.SIX)).concat(png.substring(at));
    assertThat(new PngFile(turned).orientation()).isEqualTo(Orientation.TURNED_LEFT);
    try (DecodedImage image = decoder.decode(turned)) {
      assertThat(image.width()).isEqualTo(48);
      assertThat(image.height()).isEqualTo(64);
    }
  }

  /** As libpng does, which leaves aside what it can do without. */
  @Test
  void passesOverADamagedOrientation() {
    ByteString png = TestImages.png();
    ByteString chunk = chunk("eXIf", ExifTest.SIX);
    ByteString damaged = chunk.substring(0, chunk.size() - 4).concat(TestImages.bytes(0, 0, 0, 0));
    ByteString file = png.substring(0, HEADER).concat(damaged).concat(png.substring(HEADER));
    assertThat(new PngFile(file).orientation()).isEqualTo(Orientation.UPRIGHT);
    ByteString second =
        file.substring(0, HEADER).concat(damaged).concat(chunk).concat(png.substring(HEADER));
    assertThat(new PngFile(second).orientation()).isEqualTo(Orientation.TURNED_LEFT);
  }

  /** OpenCV would allocate 4 GiB for it. */
  @ParameterizedTest
  @ValueSource(ints = {-1, -12, 0xFFFF001D, Integer.MAX_VALUE, 1 << 24})
  void refusesAChunkThatClaimsToBeLongerThanTheFile(int length) {
    ByteString png = TestImages.png();
    ByteBuffer file = ByteBuffer.allocate(png.size()).put(png.asReadOnlyByteBuffer());
    ByteString damaged = ByteString.copyFrom(file.putInt(HEADER, length).array());
    assertThatThrownBy(() -> decoder.decode(damaged).close())
        .isInstanceOf(ServingException.class)
        .hasMessage("is a PNG that can't be decoded: it is truncated or damaged");
  }

  /** Two frames of which the second has another height: that crashed the process. */
  @Test
  void decodesTheStillPictureOfADamagedAnimation() {
    ByteString png = TestImages.png();
    ByteString end = png.substring(png.size() - 12);
    ByteString animation =
        png.substring(0, HEADER)
            .concat(chunk("acTL", TestImages.bytes(0, 0, 0, 2, 0, 0, 0, 0)))
            .concat(png.substring(HEADER, png.size() - 12))
            .concat(
                chunk(
                    "fcTL",
                    TestImages.bytes(
                        0, 0, 0, 1, 0, 0, 0, 64, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0xE1, 0x80,
                        0xA3, 0xF5, 0, 0)))
            .concat(end);
    try (DecodedImage image = decoder.decode(animation)) {
      assertThat(image.height()).isEqualTo(48);
    }
  }

  /** As Xcode packs them into apps: no decoder but Apple's reads such pixels. */
  @Test
  void namesApplesForm() {
    ByteString png = TestImages.png();
    ByteString file =
        png.substring(0, 8)
            .concat(chunk("CgBI", TestImages.bytes(0x50, 0, 0x20, 2)))
            .concat(png.substring(8));
    assertThatThrownBy(() -> decoder.decode(file).close())
        .isInstanceOf(ServingException.class)
        .hasMessage(
            "is a PNG in Apple's form for iOS (CgBI), which is not supported: send a standard PNG");
  }

  /** Each makes libpng print a warning, a million of them in seconds. */
  @ParameterizedTest
  @ValueSource(strings = {"PLTE", "tRNS"})
  void keepsOneOfEachTable(String type) {
    ByteString one = with(type);
    ByteString chunk = one.substring(HEADER, one.size() - TestImages.png().size() + HEADER);
    ByteString file = one.substring(0, HEADER);
    for (int i = 0; i < 1_000; i++) {
      file = file.concat(chunk);
    }
    assertThat(TestImages.decodable(file.concat(one.substring(HEADER)))).isEqualTo(one);
  }

  /** Of 64 x 48 pixels a gigabyte, in a file of a megabyte. */
  @Test
  void refusesPixelsWithoutEnd() {
    ByteString file = withPixels(new byte[3 * 64 + 1], 1 << 22);
    assertThatThrownBy(() -> decoder.decode(file).close())
        .isInstanceOf(ServingException.class)
        .hasMessage(
            "is a PNG whose pixels unpack to more than 16,777,216 bytes beyond those of its size");
  }

  /** As libpng does. */
  @Test
  void passesOverSomeBytesBehindThePixels() {
    try (DecodedImage image = decoder.decode(withPixels(new byte[3 * 64 + 1], 49))) {
      assertThat(image.height()).isEqualTo(48);
    }
  }

  @Test
  void unpacksWhatTheSizeAsksForAndSomeMore() {
    ByteString packed = deflated(new byte[1000], 100_000);
    long pixels = 100_000_000;
    long most = pixels - PngPixels.MAX_SURPLUS;
    assertThat(PngPixels.mayBeTooMany(packed.size(), pixels)).isFalse();
    assertThat(PngPixels.mayBeTooMany(packed.size(), most - 1)).isTrue();
    assertThat(areTooMany(most, packed)).isFalse();
    assertThat(areTooMany(most - 1, packed)).isTrue();
    // In parts of any length, of which the first unpacks to nothing, and with more behind the end.
    ByteString[] parts = {
      packed.substring(0, 2),
      ByteString.EMPTY,
      packed.substring(2, 5_000),
      packed.substring(5_000),
      packed
    };
    assertThat(areTooMany(most, parts)).isFalse();
    assertThat(areTooMany(most - 1, parts)).isTrue();
    // Where the decoder does not go on.
    assertThat(areTooMany(0, packed.substring(0, 2), TestImages.hex("FFFFFF"), packed)).isFalse();
  }

  private static boolean areTooMany(long pixelBytes, ByteString... parts) {
    try (PngPixels pixels = new PngPixels(pixelBytes)) {
      boolean tooMany = false;
      for (ByteString part : parts) {
        tooMany = pixels.areTooManyWith(part);
      }
      return tooMany;
    }
  }

  /** These rows of pixels in the place of the file's own. */
  private static ByteString withPixels(byte[] row, int rows) {
    return TestImages.png()
        .substring(0, HEADER)
        .concat(chunk("IDAT", deflated(row, rows)))
        .concat(chunk("IEND", ByteString.EMPTY));
  }

  private static ByteString deflated(byte[] piece, int times) {
    ByteString.Output packed = ByteString.newOutput();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      for (int i = 0; i < times; i++) {
        out.write(piece);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteString();
  }

  /** A file with this chunk before its pixels. */
  private static ByteString with(String type) {
    ByteString png = TestImages.png();
    return png.substring(0, HEADER)
        .concat(chunk(type, ByteString.copyFromUtf8("a\0\0 and more")))
        .concat(png.substring(HEADER));
  }

  private static ByteString chunk(String type, ByteString data) {
    ByteString body = ByteString.copyFromUtf8(type).concat(data);
    CRC32 crc = new CRC32();
    crc.update(body.asReadOnlyByteBuffer());
    ByteBuffer chunk = ByteBuffer.allocate(8 + body.size()).putInt(data.size());
    chunk.put(body.asReadOnlyByteBuffer()).putInt((int) crc.getValue());
    return ByteString.copyFrom(chunk.array());
  }
}
