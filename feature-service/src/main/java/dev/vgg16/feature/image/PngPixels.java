package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * How much a PNG's compressed pixels unpack to. The decoder unpacks all that is there, also what is
 * behind the last pixel: of a file of 16 MiB that says 64 x 64 pixels, 16 GiB in half a minute.
 */
final class PngPixels {

  /** No encoder writes more than the pixels; a few bytes more do no harm. */
  static final int MAX_SURPLUS = 1 << 24;

  /** Deflate's best: RFC 1951 lets two bits stand for 258 bytes. */
  private static final int MOST_OF_A_BYTE = 1032;

  private PngPixels() {}

  /**
   * Whether the parts, one after the other, unpack to more than {@link #MAX_SURPLUS} bytes beyond
   * the pixels. Where they can't be unpacked, neither can the decoder go on.
   *
   * @param pixelBytes that the picture has, unpacked
   */
  static boolean areTooMany(List<ByteString> parts, long pixelBytes) {
    long compressed = parts.stream().mapToLong(ByteString::size).sum();
    long limit = pixelBytes + MAX_SURPLUS;
    return compressed * MOST_OF_A_BYTE > limit && unpacksToMore(parts, limit);
  }

  private static boolean unpacksToMore(List<ByteString> parts, long limit) {
    Inflater inflater = new Inflater();
    try {
      ByteBuffer unpacked = ByteBuffer.allocate(1 << 16);
      for (ByteString part : parts) {
        inflater.setInput(part.asReadOnlyByteBuffer());
        while (!inflater.needsInput()) {
          if (inflater.inflate(unpacked.clear()) == 0 || inflater.getBytesWritten() > limit) {
            return inflater.getBytesWritten() > limit;
          }
        }
      }
      return false;
    } catch (DataFormatException e) {
      return false;
    } finally {
      inflater.end();
    }
  }
}
