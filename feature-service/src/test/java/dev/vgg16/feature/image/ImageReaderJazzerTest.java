package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Whatever the bytes, they become pixels within the limits, or are refused in one line. */
class ImageReaderJazzerTest {

  private static final int SIDE = 16;

  /** Small, so that many files are tried in a second. */
  private static final ImageLimits LIMITS = new ImageLimits(1 << 16, 1 << 16);

  private static final ImageReader READER =
      new ImageReader(LIMITS, SIDE, SIDE, Preprocessing.of("tf"));
  private static final HeaderCheck CHECK = new HeaderCheck(LIMITS);
  private static final ImageDecoder DECODER = new ImageDecoder(LIMITS);
  private static final ByteBuffer ROW =
      ByteBuffer.allocateDirect(SIDE * SIDE * 3 * Float.BYTES).order(ByteOrder.nativeOrder());

  @FuzzTest(maxDuration = "60s")
  void readsOrRefuses(byte[] bytes) {
    ByteString file = ByteString.copyFrom(bytes);
    boolean passed = check(file);
    try (ImageReader.Pixels pixels = READER.read(new ImageInput.Encoded(file))) {
      pixels.writeTo(ROW.clear());
      assertThat(passed).as("what is decoded passes the check too").isTrue();
      assertIsWithinTheLimits(file);
    } catch (ServingException e) {
      assertIsClear(e);
    }
  }

  private static boolean check(ByteString file) {
    try {
      READER.check(new ImageInput.Encoded(file));
      return true;
    } catch (ServingException e) {
      assertIsClear(e);
      return false;
    }
  }

  /** The header that is judged must be that of the picture which the decoder makes. */
  private static void assertIsWithinTheLimits(ByteString file) {
    ImageHeader header = CHECK.header(CHECK.open(file));
    try (DecodedImage image = DECODER.decode(file)) {
      assertThat((long) image.width() * image.height())
          .as("pixels of %s", header)
          .isEqualTo(header.pixels())
          .isLessThanOrEqualTo(LIMITS.maxPixels());
    }
  }

  private static void assertIsClear(ServingException e) {
    assertThat(e.kind()).isEqualTo(ServingException.Kind.INVALID_INPUT);
    assertThat(e.field()).hasValue("image.encoded");
    assertThat(e.getMessage()).startsWith("is ").matches("\\p{ASCII}{10,200}");
  }

  @FuzzTest(maxDuration = "60s")
  void readsOrRefusesPixels(byte[] bytes) {
    ImageInput input = new ImageInput.Pixels(ByteString.copyFrom(bytes));
    try (ImageReader.Pixels pixels = READER.read(input)) {
      pixels.writeTo(ROW.clear());
      for (int i = 0; i < SIDE * SIDE * 3; i++) {
        assertThat(ROW.getFloat(i * Float.BYTES)).isBetween(-1.2f, 1.2f);
      }
    } catch (ServingException e) {
      assertThat(e.field()).hasValue("image.pixels");
    }
  }
}
