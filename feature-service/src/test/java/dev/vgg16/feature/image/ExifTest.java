package dev.vgg16.feature.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExifTest {

  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int SSHORT = 8;

  static final ByteString SIX = block(ByteOrder.BIG_ENDIAN, SHORT, 1, 6);

  static Stream<ByteOrder> orders() {
    return Stream.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN);
  }

  @ParameterizedTest
  @MethodSource("orders")
  void readsAnyEncodingOfTheValue(ByteOrder order) {
    for (int value = 1; value <= 8; value++) {
      for (int type : new int[] {SHORT, LONG}) {
        ByteString block = block(order, type, 1, value);
        assertThat(Exif.orientation(block)).isEqualTo(Orientation.of(value)).isPresent();
        assertThat(Exif.orientation(prefixed(block))).isEqualTo(Orientation.of(value)).isPresent();
      }
    }
  }

  /** As Pillow does: 8 is SSHORT, 9 SLONG; a second SHORT is left aside. */
  @ParameterizedTest
  @CsvSource({"8, 1", "9, 1", "3, 2", "8, 2"})
  void readsOtherTypesWhereTheNumberStandsInTheTag(int type, int count) {
    orders()
        .forEach(
            order ->
                assertThat(Exif.orientation(block(order, type, count, 6)))
                    .contains(Orientation.TURNED_LEFT));
  }

  @Test
  void readsAFloat() {
    orders()
        .forEach(
            order -> {
              assertThat(Exif.orientation(floatBlock(order, 6f))).contains(Orientation.TURNED_LEFT);
              for (float other : new float[] {6.5f, -6f, 0, 1e9f, 1e30f, Float.NaN}) {
                assertThat(Exif.orientation(floatBlock(order, other))).as("" + other).isEmpty();
              }
            });
  }

  private static ByteString floatBlock(ByteOrder order, float value) {
    return block(order, 11, 1, Float.floatToIntBits(value));
  }

  /** Some writers put the name of the block before a block that has it. */
  @Test
  void passesOverEachPrefix() {
    ByteString block = prefixed(prefixed(SIX));
    assertThat(Exif.orientation(block)).contains(Orientation.TURNED_LEFT);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 1, 0",
    "3, 1, 9",
    "4, 1, 65542",
    "1, 1, 6",
    "3, 3, 6",
    "3, 0, 6",
    "4, 0, 6",
    "4, 2, 6",
    "7, 1, 6",
    "8, 1, -6",
    "9, 1, -6"
  })
  void takesNoOther(int type, int count, int value) {
    orders()
        .forEach(order -> assertThat(Exif.orientation(block(order, type, count, value))).isEmpty());
  }

  /** As Pillow and browsers do, though some programs write it so. */
  @Test
  void takesNoByte() {
    orders().forEach(order -> assertThat(Exif.orientation(block(order, BYTE, 1, 6))).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Exif\0\0", "MM\0*", "II*\0\u0008\0\0", "MM*\0\0\0\0\u0008\0\0"})
  void findsNothingInWhatIsNoBlock(String text) {
    assertThat(Exif.orientation(ByteString.copyFromUtf8(text))).isEmpty();
  }

  @Test
  void staysWithinTheBlock() {
    for (int end = 0; end < SIX.size(); end++) {
      Exif.orientation(SIX.substring(0, end));
    }
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      byte[] block = SIX.toByteArray();
      block[4 + random.nextInt(block.length - 4)] = (byte) random.nextInt();
      block[4 + random.nextInt(6)] = (byte) random.nextInt();
      assertThat(Exif.orientation(ByteString.copyFrom(block))).isNotNull();
    }
  }

  private static ByteString prefixed(ByteString block) {
    return ByteString.copyFromUtf8(Exif.PREFIX).concat(block);
  }

  /** A directory of a width and an orientation. */
  private static ByteString block(ByteOrder order, int type, int count, int value) {
    ByteBuffer block = ByteBuffer.allocate(38).order(order);
    block.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(US_ASCII));
    block.putShort((short) 42).putInt(8).putShort((short) 2);
    block.putShort((short) 0x0100).putShort((short) SHORT).putInt(1).putInt(0);
    block.putShort((short) 0x0112).putShort((short) type).putInt(count);
    switch (type) {
      case BYTE -> block.put((byte) value).put(new byte[3]);
      case SHORT, SSHORT -> block.putShort((short) value).putShort((short) 0);
      default -> block.putInt(value);
    }
    return ByteString.copyFrom(block.putInt(0).array());
  }
}
