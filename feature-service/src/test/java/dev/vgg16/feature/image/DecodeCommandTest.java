package dev.vgg16.feature.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import org.junit.jupiter.api.Test;

class DecodeCommandTest {

  private final ByteArrayOutputStream files = new ByteArrayOutputStream();

  @Test
  void answersEachFileInTurn() throws IOException {
    send(TestImages.plainPng(3, 2, 0x102030));
    send(ByteString.EMPTY);
    send(ByteString.copyFrom(new byte[1001]));
    send(TestImages.plainPng(1, 1, 0x405060));

    ByteBuffer answers = answers();
    assertThat(answers.get()).isEqualTo(DecodeCommand.READY);
    assertPicture(answers, 3, 2, 0x102030);
    assertRefusal(answers, "is empty: send the bytes of a JPEG, PNG or WebP file");
    assertRefusal(answers, "has 1,001 bytes; at most 1,000 are allowed");
    assertPicture(answers, 1, 1, 0x405060);
    assertThat(answers.hasRemaining()).isFalse();
  }

  @Test
  void failsWhereTheInputEndsWithinAFile() {
    ByteString png = TestImages.plainPng(3, 2, 0);
    send(png);
    byte[] cut = ByteString.copyFrom(files.toByteArray()).substring(0, png.size()).toByteArray();
    files.reset();
    files.writeBytes(cut);
    assertThatThrownBy(this::answers).isInstanceOf(EOFException.class);
  }

  private void send(ByteString file) {
    try (DataOutputStream out = new DataOutputStream(files)) {
      out.writeLong(file.size());
      file.writeTo(out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ByteBuffer answers() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new DecodeCommand(new ImageLimits(1000, 1000))
        .run(new ByteArrayInputStream(files.toByteArray()), Channels.newChannel(out));
    return ByteBuffer.wrap(out.toByteArray());
  }

  private static void assertPicture(ByteBuffer answers, int width, int height, int rgb) {
    assertThat(answers.get()).isEqualTo(DecodeCommand.DECODED);
    assertThat(answers.getInt()).isEqualTo(width);
    assertThat(answers.getInt()).isEqualTo(height);
    for (int i = 0; i < width * height; i++) {
      assertThat(answers.get() << 16 | answers.get() << 8 | answers.get()).isEqualTo(rgb);
    }
  }

  private static void assertRefusal(ByteBuffer answers, String reason) {
    assertThat(answers.get()).isEqualTo(DecodeCommand.REFUSED);
    byte[] text = new byte[answers.getInt()];
    answers.get(text);
    assertThat(new String(text, UTF_8)).isEqualTo(reason);
  }
}
