package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HeaderCheckTest {

  private static final HeaderCheck CHECK = new HeaderCheck(TestImages.LIMITS);

  static Stream<Arguments> files() {
    return Stream.of(
        arguments(TestImages.jpeg(), "JPEG", 64, 48),
        arguments(TestImages.png(), "PNG", 64, 48),
        arguments(TestImages.resource("progressive.jpg"), "JPEG", 24, 16),
        arguments(TestImages.resource("cmyk.jpg"), "JPEG", 24, 16),
        arguments(TestImages.resource("lossless.webp"), "WebP", 24, 16),
        arguments(TestImages.resource("lossy.webp"), "WebP", 24, 16),
        arguments(TestImages.resource("alpha.webp"), "WebP", 24, 16),
        // As stored: its EXIF orientation is for the decoder.
        arguments(TestImages.sample("dog-portrait-exif6.jpg"), "JPEG", 600, 800));
  }

  @ParameterizedTest
  @MethodSource("files")
  void readsFormatAndSize(ByteString file, String format, int width, int height) {
    EncodedImage image = CHECK.open(file);
    assertThat(image.title()).isEqualTo(format);
    assertThat(CHECK.header(image)).isEqualTo(new ImageHeader(width, height));
  }

  static Stream<Arguments> refused() {
    ByteString bomb = pngOfSize(50_000, 50_000);
    return Stream.of(
        arguments(ByteString.EMPTY, "is empty: send the bytes of a JPEG, PNG or WebP file"),
        arguments(
            ByteString.copyFromUtf8("hello, world"),
            "is not an image of a known format (it begins with 68 65 6c 6c 6f 2c 20 77)"),
        arguments(ByteString.copyFromUtf8("x"), "is not an image of a known format"),
        arguments(TestImages.resource("still.gif"), "is a GIF, which is not supported"),
        arguments(bomb, "is a PNG of 50,000 x 50,000 pixels; at most 4,194,304 pixels are allowed"),
        arguments(
            pngOfSize(1_000_001, 2),
            "is a PNG of 1,000,001 x 2 pixels; at most 1,000,000 in width or height can be"
                + " decoded"),
        arguments(
            jpegOfSize(4, 65_501),
            "is a JPEG of 4 x 65,501 pixels; at most 65,500 in width or height can be decoded"),
        arguments(pngOfSize(0, 10), "is a damaged PNG: its header has no width and height"),
        arguments(TestImages.png().substring(0, 20), "is a damaged PNG"),
        arguments(TestImages.jpeg().substring(0, 30), "is a damaged JPEG"),
        arguments(TestImages.resource("lossy.webp").substring(0, 29), "is a damaged WebP"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void saysWhatIsWrong(ByteString file, String problem) {
    assertThatThrownBy(() -> header(CHECK, file))
        .isInstanceOfSatisfying(
            ServingException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(ServingException.Kind.INVALID_INPUT);
              assertThat(e.field()).contains("image.encoded");
              assertThat(e).hasMessageStartingWith(problem);
            });
  }

  /** To a decoder FF 00 is no marker: it passes over it, and decodes the large picture. */
  @Test
  void judgesTheFrameThatADecoderFinds() {
    ByteString large =
        TestImages.encode(TestImages.gradient(2000, 20, BufferedImage.TYPE_BYTE_GRAY), "jpg")
            .substring(2);
    int length = large.size() + 2;
    ByteString hidden =
        TestImages.bytes(0xFF, 0xD8, 0xFF, 0x00, length >> 8, length & 0xFF)
            .concat(large)
            .concat(TestImages.bytes(0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0));
    assertThat(header(CHECK, hidden)).isEqualTo(new ImageHeader(2000, 20));
    assertThatThrownBy(() -> header(new HeaderCheck(new ImageLimits(1 << 20, 39_999)), hidden))
        .isInstanceOf(ServingException.class)
        .hasMessage("is a JPEG of 2,000 x 20 pixels; at most 39,999 pixels are allowed");
  }

  @Test
  void namesTheLimitOfBytes() {
    assertThatThrownBy(
            () -> header(new HeaderCheck(new ImageLimits(100, 1 << 22)), TestImages.png()))
        .hasMessageContaining("at most 100 are allowed");
  }

  @Test
  void survivesAnyBytesBehindAnyBeginning() {
    Random random = new Random(7);
    ByteString[] beginnings = {
      TestImages.jpeg(), TestImages.png(), TestImages.resource("lossy.webp"), ByteString.EMPTY
    };
    for (int i = 0; i < 20_000; i++) {
      byte[] file = beginnings[i % beginnings.length].substring(0).toByteArray();
      byte[] cut = java.util.Arrays.copyOf(file, random.nextInt(200));
      for (int flips = random.nextInt(8); flips > 0 && cut.length > 3; flips--) {
        cut[3 + random.nextInt(cut.length - 3)] = (byte) random.nextInt();
      }
      try {
        ImageHeader header = header(CHECK, ByteString.copyFrom(cut));
        assertThat(header.pixels()).isBetween(1L, 1L << 22);
      } catch (ServingException e) {
        assertThat(e.kind()).isEqualTo(ServingException.Kind.INVALID_INPUT);
      }
    }
  }

  private static ByteString jpegOfSize(int width, int height) {
    return TestImages.bytes(
        0xFF,
        0xD8,
        0xFF,
        0xC0,
        0,
        11,
        8,
        height >> 8,
        height & 0xFF,
        width >> 8,
        width & 0xFF,
        1,
        1,
        0x11,
        0);
  }

  /** A PNG's header that says so, with nothing behind it. */
  static ByteString pngOfSize(int width, int height) {
    ByteBuffer header = ByteBuffer.allocate(33);
    header.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A});
    header.putInt(13).put(new byte[] {'I', 'H', 'D', 'R'}).putInt(width).putInt(height);
    header.put(new byte[] {8, 2, 0, 0, 0}).putInt(0);
    return ByteString.copyFrom(header.array());
  }

  private static ImageHeader header(HeaderCheck check, ByteString file) {
    return check.header(check.open(file));
  }
}
