package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ImageReaderTest {

  private final ImageReader reader = new ImageReader(TestImages.LIMITS, 4, 4, Preprocessing.TF);

  @Test
  void resizesAFileIntoTheRow() {
    ByteBuffer row = row();
    try (ImageReader.Pixels pixels =
        reader.read(new ImageInput.Encoded(TestImages.plainPng(9, 7, 0xFF0080)))) {
      pixels.writeTo(row);
    }
    for (int i = 0; i < 16; i++) {
      assertThat(row.getFloat(12 * i)).isCloseTo(1f, within(1e-5f));
      assertThat(row.getFloat(12 * i + 4)).isEqualTo(-1f);
      assertThat(row.getFloat(12 * i + 8)).isCloseTo(128 / 127.5f - 1, within(1e-5f));
    }
  }

  @Test
  void copiesPixelsAsTheyAre() {
    ByteBuffer floats = ByteBuffer.allocate(192).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 48; i++) {
      floats.putFloat(i / 64f);
    }
    ByteBuffer row = row();
    try (ImageReader.Pixels pixels =
        reader.read(new ImageInput.Pixels(ByteString.copyFrom(floats.array())))) {
      pixels.writeTo(row);
    }
    for (int i = 0; i < 48; i++) {
      assertThat(row.getFloat(4 * i)).isEqualTo(i / 64f);
    }
  }

  @Test
  void refusesPixelsOfTheWrongLength() {
    ImageInput input = new ImageInput.Pixels(ByteString.copyFrom(new byte[191]));
    assertThatThrownBy(() -> reader.check(input))
        .isInstanceOfSatisfying(
            ServingException.class, e -> assertThat(e.field()).contains("image.pixels"))
        .hasMessage("has 191 bytes; float32 [4, 4, 3] has 192");
    assertThatThrownBy(() -> reader.read(input)).isInstanceOf(ServingException.class);
  }

  @Test
  void refusesPixelsThatAreNotScaled() {
    ImageInput input = new ImageInput.Pixels(ByteString.copyFrom(zerosBut(17, 255)));
    assertThatThrownBy(() -> reader.read(input))
        .isInstanceOfSatisfying(
            ServingException.class, e -> assertThat(e.field()).contains("image.pixels"))
        .hasMessage("has 255 at float 17; pixels are x / 127.5 - 1, between -1 and 1");
  }

  @Test
  void warmsUp() {
    ImageReader.warmUp(ImageLimits.DEFAULT);
  }

  @Test
  void checksAFileByItsHeaderAlone() {
    reader.check(new ImageInput.Encoded(TestImages.png().substring(0, 40)));
    assertThatThrownBy(() -> reader.check(new ImageInput.Encoded(ByteString.EMPTY)))
        .isInstanceOf(ServingException.class);
  }

  private static byte[] zerosBut(int index, float value) {
    ByteBuffer floats = ByteBuffer.allocate(192).order(ByteOrder.LITTLE_ENDIAN);
    return floats.putFloat(4 * index, value).array();
  }

  private static ByteBuffer row() {
    return ByteBuffer.allocateDirect(192).order(ByteOrder.nativeOrder());
  }
}
