package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PixelRangeTest {

  private static void check(Preprocessing mode, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    mode.range().check(ByteString.copyFrom(bytes.array()));
  }

  @ParameterizedTest
  @EnumSource(Preprocessing.class)
  void takesWhatThePreprocessingMakes(Preprocessing mode) {
    for (int channel = 0; channel < 3; channel++) {
      for (int value = 0; value < 256; value++) {
        check(mode, mode.channel(channel).of(value));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tf    | 255     | x / 127.5 - 1, between -1 and 1
          tf    | -103.94 | x / 127.5 - 1, between -1 and 1
          tf    | 1.21    | x / 127.5 - 1, between -1 and 1
          tf    | -1.21   | x / 127.5 - 1, between -1 and 1
          caffe | 255     | BGR, x less ImageNet's mean, between -123.68 and 151.061
          torch | 128.0   | x / 255 less ImageNet's mean, by its standard deviation, between
          """)
  void refusesWhatIsScaledOtherwise(String mode, float value, String meant) {
    assertThatThrownBy(() -> check(Preprocessing.of(mode), 0, value, 0))
        .hasMessageStartingWith("has ")
        .hasMessageContaining(" at float 1; pixels are " + meant);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesWhatIsNoNumber(float value) {
    assertThatThrownBy(() -> check(Preprocessing.TF, value))
        .hasMessage("has " + value + " at float 0; pixels are x / 127.5 - 1, between -1 and 1");
  }

  @Test
  void takesWhatBicubicResizingMakes() {
    assertThatNoException().isThrownBy(() -> check(Preprocessing.TF, 1.15f, -1.15f));
  }

  @Test
  void rangesOfAllChannels() {
    assertThat(Preprocessing.CAFFE.range().lowest()).isEqualTo(-123.68f);
    assertThat(Preprocessing.TORCH.range().highest()).isCloseTo(2.64f, within(1e-5f));
  }
}
