package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

  private final ImageDecoder decoder = new ImageDecoder(TestImages.LIMITS);

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB})
  void decodesPngToTheLetterAndDropsAlpha(int type) {
    ByteString file = TestImages.encode(TestImages.gradient(13, 9, type), "png");
    try (DecodedImage image = decoder.decode(file)) {
      assertThat(image.width()).isEqualTo(13);
      assertThat(image.height()).isEqualTo(9);
      assertThat(image.rgb().capacity()).isEqualTo(13 * 9 * 3);
      for (int y = 0; y < 9; y++) {
        for (int x = 0; x < 13; x++) {
          assertThat(pixel(image, x, y)).isEqualTo(TestImages.rgb(x, y));
        }
      }
    }
  }

  @Test
  void makesGreyToEqualChannels() {
    BufferedImage grey = new BufferedImage(8, 8, BufferedImage.TYPE_USHORT_GRAY);
    grey.getRaster().setSample(3, 2, 0, 0x8000);
    try (DecodedImage image = decoder.decode(TestImages.encode(grey, "png"))) {
      assertThat(pixel(image, 3, 2)).isEqualTo(0x808080);
      assertThat(pixel(image, 0, 0)).isEqualTo(0);
    }
  }

  @Test
  void decodesPalettes() {
    BufferedImage palette = TestImages.gradient(8, 8, BufferedImage.TYPE_BYTE_INDEXED);
    try (DecodedImage image = decoder.decode(TestImages.encode(palette, "png"))) {
      assertThat(pixel(image, 5, 5)).isEqualTo(palette.getRGB(5, 5) & 0xFFFFFF);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"progressive.jpg", "cmyk.jpg", "lossless.webp", "lossy.webp", "alpha.webp"})
  void decodesEveryKindOfFile(String name) {
    try (DecodedImage image = decoder.decode(TestImages.resource(name))) {
      // make_images.py: red grows by 10 a column, green by 15 a row.
      int rgb = pixel(image, 20, 4);
      assertThat(rgb >> 16).isCloseTo(200, within(12));
      assertThat(rgb >> 8 & 0xFF).isCloseTo(60, within(12));
      assertThat(rgb & 0xFF).isCloseTo(128, within(12));
    }
  }

  @Test
  void turnsAPhotoUpright() {
    try (DecodedImage image = decoder.decode(TestImages.sample("dog-portrait-exif6.jpg"))) {
      assertThat(image.width()).isEqualTo(800);
      assertThat(image.height()).isEqualTo(600);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"progressive.jpg", "cmyk.jpg", "grey.jpg", "lossless.webp", "lossy.webp"})
  void refusesATruncatedFile(String name) {
    ByteString whole = TestImages.resource(name);
    assertRefused(whole.substring(0, whole.size() * 2 / 3));
  }

  @Test
  void refusesATruncatedPhoto() {
    ByteString jpeg = TestImages.jpeg();
    assertRefused(jpeg.substring(0, jpeg.size() / 2));
    ByteString png = TestImages.png();
    assertRefused(png.substring(0, png.size() / 2));
  }

  /** A small file that would keep a decoder busy for long: 65 scans of one picture. */
  @Test
  void refusesAFileOfManyScans() {
    ByteString whole = TestImages.resource("progressive.jpg");
    ByteString end = whole.substring(whole.size() - 2);
    ByteString body = whole.substring(0, whole.size() - 2);
    assertThat(JpegScans.tooMany(whole, 2, JpegScans.MAX)).isFalse();
    // The header of a scan of one component's lowest coefficients, with no data behind it.
    ByteString scan =
        ByteString.copyFrom(new byte[] {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 1, 5, 0});
    for (int i = 0; i < JpegScans.MAX; i++) {
      body = body.concat(scan);
    }
    ByteString file = body.concat(end);
    assertThatThrownBy(() -> decoder.decode(file).close())
        .isInstanceOf(ServingException.class)
        .hasMessage(
            "is a JPEG of more than 64 scans, the limit for 24 x 16 pixels; real ones have about ten");
  }

  /** What looks like scans inside a segment, or behind the end, is none. */
  @Test
  void countsOnlyWhatIsDecoded() {
    ByteString jpeg = TestImages.jpeg();
    byte[] looksLikeScans = new byte[40_000];
    for (int i = 0; i < looksLikeScans.length; i += 2) {
      looksLikeScans[i] = (byte) 0xFF;
      looksLikeScans[i + 1] = (byte) 0xDA;
    }
    int length = looksLikeScans.length + 2;
    ByteString segment =
        ByteString.copyFrom(
                new byte[] {(byte) 0xFF, (byte) 0xEB, (byte) (length >> 8), (byte) length})
            .concat(ByteString.copyFrom(looksLikeScans));
    ByteString file =
        jpeg.substring(0, 2)
            .concat(segment)
            .concat(jpeg.substring(2))
            .concat(ByteString.copyFrom(looksLikeScans));
    try (DecodedImage image = decoder.decode(file)) {
      assertThat(image.width()).isEqualTo(64);
    }
  }

  /** libpng's limit, which the refusal names: a picture of that width still decodes. */
  @Test
  void decodesUpToTheLongestSide() {
    ImageDecoder wide = new ImageDecoder(new ImageLimits(1 << 20, 1 << 23));
    int maxSide = new PngFile(ByteString.EMPTY).maxSide();
    try (DecodedImage image = wide.decode(line(maxSide))) {
      assertThat(image.width()).isEqualTo(maxSide);
    }
    assertThatThrownBy(() -> wide.decode(line(maxSide + 1)).close())
        .isInstanceOf(ServingException.class)
        .hasMessage(
            "is a PNG of 1,000,001 x 1 pixels; at most 1,000,000 in width or height can be"
                + " decoded");
  }

  private static ByteString line(int width) {
    return TestImages.encode(new BufferedImage(width, 1, BufferedImage.TYPE_BYTE_GRAY), "png");
  }

  @Test
  void givesBackItsBudgetOfPixels() {
    ImageDecoder small = new ImageDecoder(new ImageLimits(1 << 20, 64 * 48));
    for (int i = 0; i < 10; i++) {
      small.decode(TestImages.jpeg()).close();
      ByteString broken = TestImages.jpeg().substring(0, 800);
      assertThatThrownBy(() -> small.decode(broken).close()).isInstanceOf(ServingException.class);
    }
  }

  @Test
  void survivesDamage() {
    Random random = new Random(11);
    ByteString[] files = {
      TestImages.jpeg(),
      TestImages.png(),
      TestImages.resource("lossy.webp"),
      TestImages.resource("progressive.jpg")
    };
    for (int i = 0; i < 400; i++) {
      byte[] file = files[i % files.length].toByteArray();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try (DecodedImage image = decoder.decode(ByteString.copyFrom(file))) {
        assertThat(image.rgb().capacity()).isEqualTo(image.width() * image.height() * 3);
      } catch (ServingException e) {
        assertThat(e.kind()).isEqualTo(ServingException.Kind.INVALID_INPUT);
      }
    }
  }

  private void assertRefused(ByteString file) {
    assertThatThrownBy(() -> decoder.decode(file).close())
        .isInstanceOf(ServingException.class)
        .hasMessageMatching(
            "is a (JPEG|PNG|WebP) that can't be decoded: it is truncated or damaged");
  }

  private static int pixel(DecodedImage image, int x, int y) {
    int at = (y * image.width() + x) * 3;
    return (image.rgb().get(at) & 0xFF) << 16
        | (image.rgb().get(at + 1) & 0xFF) << 8
        | (image.rgb().get(at + 2) & 0xFF);
  }
}
