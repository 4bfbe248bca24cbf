package dev.vgg16.e2e;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Small files that take a decoder long. */
final class CostlyImages {

  /** 67 megapixels, the most that are allowed. */
  private static final int SIDE = 8192;

  private static final int BLOCKS = SIDE / 8 * (SIDE / 8);

  private CostlyImages() {}

  /** A PNG of half a megabyte, interlaced, with 8 bytes a pixel: all black. */
  static ByteString png() {
    int[][] passes = {{8, 8}, {8, 8}, {4, 8}, {4, 4}, {2, 4}, {2, 2}, {1, 2}};
    ByteString.Output pixels = ByteString.newOutput();
    try (DeflaterOutputStream out = new DeflaterOutputStream(pixels)) {
      for (int[] step : passes) {
        byte[] row = new byte[1 + SIDE / step[0] * 8];
        for (int y = 0; y < SIDE / step[1]; y++) {
          out.write(row);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png(SIDE, 16, 6, 1, pixels.toByteString());
  }

  /** A PNG of 64 x 64 pixels and one megabyte, which inflates to a gigabyte. */
  static ByteString pngWithoutEnd() {
    ByteString.Output pixels = ByteString.newOutput();
    try (DeflaterOutputStream out = new DeflaterOutputStream(pixels)) {
      for (int i = 0; i < 1 << 10; i++) {
        out.write(new byte[1 << 20]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png(64, 8, 2, 0, pixels.toByteString());
  }

  private static ByteString png(int side, int depth, int colour, int interlace, ByteString pixels) {
    byte[] header =
        ByteBuffer.allocate(13)
            .putInt(side)
            .putInt(side)
            .put((byte) depth)
            .put((byte) colour)
            .putShort((short) 0)
            .put((byte) interlace)
            .array();
    return bytes(0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')
        .concat(chunk("IHDR", ByteString.copyFrom(header)))
        .concat(chunk("IDAT", pixels))
        .concat(chunk("IEND", ByteString.EMPTY));
  }

  private static ByteString chunk(String type, ByteString data) {
    ByteString body = ByteString.copyFromUtf8(type).concat(data);
    CRC32 crc = new CRC32();
    crc.update(body.asReadOnlyByteBuffer());
    return int32(data.size()).concat(body).concat(int32((int) crc.getValue()));
  }

  private static ByteString int32(int value) {
    return ByteString.copyFrom(ByteBuffer.allocate(4).putInt(value).flip());
  }

  /** A progressive JPEG of so many scans, 4:4:4, all grey. */
  static ByteString jpeg(int scans) {
    byte[] table = new byte[65];
    Arrays.fill(table, 1, 65, (byte) 1);
    byte[] lengths = new byte[18];
    // One code of one bit: no difference, or the end of a block.
    lengths[1] = 1;
    ByteString file =
        bytes(0xFF, 0xD8)
            .concat(segment(0xDB, ByteString.copyFrom(table)))
            .concat(
                segment(
                    0xC2,
                    bytes(8, SIDE >> 8, 0, SIDE >> 8, 0, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0)))
            .concat(segment(0xC4, ByteString.copyFrom(lengths)))
            .concat(scan(0x01))
            .concat(ByteString.copyFrom(new byte[3 * BLOCKS / 8]));
    // One bit more of each block's mean, without data for it.
    for (int i = 1; i < scans; i++) {
      file = file.concat(scan(0x10));
    }
    return file.concat(bytes(0xFF, 0xD9));
  }

  private static ByteString scan(int approximation) {
    return segment(0xDA, bytes(3, 1, 0, 2, 0, 3, 0, 0, 0, approximation));
  }

  private static ByteString segment(int marker, ByteString data) {
    int length = data.size() + 2;
    return bytes(0xFF, marker, length >> 8, length & 0xFF).concat(data);
  }

  private static ByteString bytes(int... values) {
    ByteString.Output out = ByteString.newOutput();
    for (int value : values) {
      out.write(value);
    }
    return out.toByteString();
  }
}
