package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.vgg16.serving.fault.ServingException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngChunksTest {

  /** Signature and IHDR. */
  private static final int HEADER = 33;

  private final ImageDecoder decoder = new ImageDecoder(TestImages.LIMITS);

  @Test
  void leavesAPlainFileAsItIs() {
    ByteString png = TestImages.png();
    assertThat(PngChunks.needed(png)).hasValue(png);
    ByteString behind = ByteString.copyFromUtf8("PK\3\4 and an archive behind the picture");
    assertThat(PngChunks.needed(png.concat(behind))).hasValue(png);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zTXt", "iTXt", "iCCP", "acTL", "fcTL", "fdAT", "vpAg"})
  void leavesOutWhatNoStillPictureNeeds(String type) {
    assertThat(PngChunks.needed(with(type))).hasValue(TestImages.png());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLTE", "tRNS", "eXIf", "IDAT", "XXXX"})
  void keepsWhatAPictureMayNeed(String type) {
    assertThat(PngChunks.needed(with(type))).hasValue(with(type));
  }

  /** OpenCV would allocate 4 GiB for it. */
  @ParameterizedTest
  @ValueSource(ints = {-1, -12, 0xFFFF001D, Integer.MAX_VALUE, 1 << 24})
  void refusesAChunkThatClaimsToBeLongerThanTheFile(int length) {
    ByteString png = TestImages.png();
    ByteBuffer file = ByteBuffer.allocate(png.size()).put(png.asReadOnlyByteBuffer());
    ByteString damaged = ByteString.copyFrom(file.putInt(HEADER, length).array());
    assertThat(PngChunks.needed(damaged)).isEmpty();
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
            .concat(chunk("acTL", bytes(0, 0, 0, 2, 0, 0, 0, 0)))
            .concat(png.substring(HEADER, png.size() - 12))
            .concat(
                chunk(
                    "fcTL",
                    bytes(
                        0, 0, 0, 1, 0, 0, 0, 64, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0xE1, 0x80,
                        0xA3, 0xF5, 0, 0)))
            .concat(end);
    try (DecodedImage image = decoder.decode(animation)) {
      assertThat(image.height()).isEqualTo(48);
    }
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

  private static ByteString bytes(int... values) {
    ByteString.Output out = ByteString.newOutput();
    for (int value : values) {
      out.write(value);
    }
    return out.toByteString();
  }
}
