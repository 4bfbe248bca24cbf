package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Counts what a PNG's compressed pixels unpack to. The decoder unpacks all that is there, also what
 * is behind the last pixel: of a file of 16 MiB that says 64 x 64 pixels, 16 GiB in half a minute.
 */
final class PngPixels implements AutoCloseable {

  /** No encoder writes more than the pixels; a few bytes more do no harm. */
  static final int MAX_SURPLUS = 1 << 24;

  /** Deflate's best: RFC 1951 lets two bits stand for 258 bytes. */
  private static final int MOST_OF_A_BYTE = 1032;

  private final Inflater inflater = new Inflater();
  private final ByteBuffer unpacked = ByteBuffer.allocate(1 << 16);
  private final long limit;
  private boolean ended;

  /**
   * @param pixelBytes that the picture has, unpacked
   */
  PngPixels(long pixelBytes) {
    limit = pixelBytes + MAX_SURPLUS;
  }

  /** Whether so many compressed bytes could be too many; mostly they are too few for that. */
  static boolean mayBeTooMany(long compressed, long pixelBytes) {
    return compressed * MOST_OF_A_BYTE > pixelBytes + MAX_SURPLUS;
  }

  /**
   * Unpacks the next part; returns whether all so far are more than {@link #MAX_SURPLUS} bytes
   * beyond the pixels. Where they end, or can't be unpacked, neither does the decoder go on.
   */
  boolean areTooManyWith(ByteString part) {
    inflater.setInput(part.asReadOnlyByteBuffer());
    try {
      while (!ended && !inflater.needsInput() && inflater.getBytesWritten() <= limit) {
        int unused = inflater.inflate(unpacked.clear());
        ended = inflater.finished() || inflater.needsDictionary();
      }
    } catch (DataFormatException e) {
      ended = true;
    }
    return inflater.getBytesWritten() > limit;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
