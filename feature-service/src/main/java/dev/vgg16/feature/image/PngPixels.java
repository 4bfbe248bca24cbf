package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Counts the bytes that a PNG's pixels decompress to. The decoder decompresses all of them, also
 * those after the last pixel: 16 GiB, in half a minute, for a file of 16 MiB that claims 64 x 64
 * pixels.
 */
final class PngPixels implements AutoCloseable {

  /** No encoder writes more than the pixels; this much more does no harm. */
  static final int MAX_SURPLUS = 1 << 24;

  /** The best ratio of deflate: in RFC 1951, two bits can stand for 258 bytes. */
  private static final int MAX_RATIO = 1032;

  private final Inflater inflater = new Inflater();
  private final ByteBuffer decompressed = ByteBuffer.allocate(1 << 16);
  private final long limit;
  private boolean ended;

  /**
   * @param pixelBytes of the picture, decompressed
   */
  PngPixels(long pixelBytes) {
    limit = pixelBytes + MAX_SURPLUS;
  }

  /** Whether so many compressed bytes could be too many; usually they could not. */
  static boolean mayBeTooMany(long compressed, long pixelBytes) {
    return compressed * MAX_RATIO > pixelBytes + MAX_SURPLUS;
  }

  /**
   * Decompresses the next part; returns whether all so far exceed the pixels by more than {@link
   * #MAX_SURPLUS} bytes. Stops where the decoder stops: at the end of the data, or at an error.
   */
  boolean areTooManyWith(ByteString part) {
    inflater.setInput(part.asReadOnlyByteBuffer());
    try {
      while (!ended && !inflater.needsInput() && inflater.getBytesWritten() <= limit) {
        int unused = inflater.inflate(decompressed.clear());
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
