package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.image.PngChunks.Verdict;
import dev.vgg16.serving.fault.ServingException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngChunksTest {

  /** Signature and IHDR. */
  private static final int HEADER = 33;

  private final ImageDecoder decoder = new ImageDecoder(TestImages.LIMITS);

  @Test
  void aRealFileIsFine() {
    assertThat(PngChunks.judge(TestImages.png())).isEqualTo(Verdict.FINE);
    assertThat(PngChunks.judge(TestImages.sample("cat-chelsea.png"))).isEqualTo(Verdict.FINE);
    // What follows the end is not decoded.
    ByteString more = ByteString.copyFrom(new byte[] {-1, -1, -1, -1, 'z', 'T', 'X', 't', 0, 0, 0});
    assertThat(PngChunks.judge(TestImages.png().concat(more).concat(more))).isEqualTo(Verdict.FINE);
  }

  /** OpenCV would allocate 4 GiB for it. */
  @ParameterizedTest
  @ValueSource(ints = {-1, -12, 0xFFFF001D, Integer.MAX_VALUE, 1 << 24})
  @Timeout(2)
  void refusesAChunkThatClaimsToBeLongerThanTheFile(int length) {
    ByteString png = TestImages.png();
    ByteBuffer file = ByteBuffer.allocate(png.size());
    png.copyTo(file);
    file.putInt(HEADER, length);
    ByteString damaged = ByteString.copyFrom(file.array());
    assertThat(PngChunks.judge(damaged)).isEqualTo(Verdict.CUT_OFF);
    assertThatThrownBy(() -> decoder.decode(damaged).close())
        .isInstanceOf(ServingException.class)
        .hasMessage("is a PNG that can't be decoded: it is truncated or damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zTXt", "iTXt"})
  void refusesAFileOfManyCompressedTexts(String type) {
    ByteString most = withTexts(type, PngChunks.MAX_TEXTS);
    decoder.decode(most).close();
    ByteString more = withTexts(type, PngChunks.MAX_TEXTS + 1);
    assertThatThrownBy(() -> decoder.decode(more).close())
        .isInstanceOf(ServingException.class)
        .hasMessage("is a PNG of more than 32 compressed texts; real ones have a few");
  }

  private static ByteString withTexts(String type, int count) {
    ByteString png = TestImages.png();
    ByteString file = png.substring(0, HEADER);
    for (int i = 0; i < count; i++) {
      file = file.concat(chunk(type));
    }
    return file.concat(png.substring(HEADER));
  }

  private static ByteString chunk(String type) {
    ByteString body = ByteString.copyFromUtf8(type + "a\0\0");
    CRC32 crc = new CRC32();
    crc.update(body.asReadOnlyByteBuffer());
    ByteBuffer chunk = ByteBuffer.allocate(8 + body.size()).putInt(body.size() - 4);
    chunk.put(body.asReadOnlyByteBuffer()).putInt((int) crc.getValue());
    return ByteString.copyFrom(chunk.array());
  }
}
