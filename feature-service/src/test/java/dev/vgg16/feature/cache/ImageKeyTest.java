package dev.vgg16.feature.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.image.ImageInput.Encoded;
import dev.vgg16.feature.image.ImageInput.Pixels;
import org.junit.jupiter.api.Test;

class ImageKeyTest {

  private static final ByteString ABC = ByteString.copyFromUtf8("abc");

  @Test
  void isTheDigestOfTheBytes() {
    ImageKey key = ImageKey.of(new Encoded(ABC));
    assertThat(key.sha256())
        .hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(key).isEqualTo(ImageKey.of(new Encoded(ByteString.copyFromUtf8("abc"))));
  }

  /** gRPC may hand over a message in pieces. */
  @Test
  void doesNotDependOnHowTheBytesAreHeld() {
    ByteString half = ByteString.copyFrom(new byte[10_000]);
    assertThat(ImageKey.of(new Encoded(half.concat(ABC))))
        .isEqualTo(ImageKey.of(new Encoded(ByteString.copyFrom(half.concat(ABC).toByteArray()))));
  }

  @Test
  void tellsImagesAndFormsApart() {
    assertThat(ImageKey.of(new Encoded(ABC)))
        .isNotEqualTo(ImageKey.of(new Pixels(ABC)))
        .isNotEqualTo(ImageKey.of(new Encoded(ABC.substring(1))));
  }
}
