package dev.vgg16.head.scoring;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * The bytes of maps in the memory that they were received in, in one piece or several. Thread-safe;
 * valid as long as that memory is.
 */
public final class MapBytes {

  private final List<ByteBuffer> pieces;
  private final int size;

  private MapBytes(List<ByteBuffer> pieces) {
    this.pieces = pieces;
    this.size = pieces.stream().mapToInt(ByteBuffer::remaining).sum();
  }

  /** The bytes of a message's field, which are not copied. */
  public static MapBytes of(ByteString bytes) {
    return new MapBytes(bytes.asReadOnlyByteBufferList());
  }

  /**
   * The bytes of several buffers, one after the other, which are not copied.
   *
   * @param pieces read from their positions to their limits, which must not change from now on
   */
  public static MapBytes of(List<ByteBuffer> pieces) {
    return new MapBytes(List.copyOf(pieces));
  }

  /** In bytes. */
  public int size() {
    return size;
  }

  /**
   * Fills a buffer.
   *
   * @param from the offset of the first byte to copy
   * @throws IndexOutOfBoundsException when there are fewer bytes from there on than it has room for
   */
  public void copyTo(ByteBuffer target, int from) {
    Objects.checkFromIndexSize(from, target.remaining(), size);
    int skip = from;
    for (ByteBuffer piece : pieces) {
      int count = Math.min(piece.remaining() - skip, target.remaining());
      if (count > 0) {
        target.put(target.position(), piece, piece.position() + skip, count);
        target.position(target.position() + count);
      }
      skip = Math.max(0, skip - piece.remaining());
    }
  }

  /**
   * The CRC-32C of some of the bytes, as an unsigned number.
   *
   * @throws IndexOutOfBoundsException when they are not all there
   */
  public long crc32c(int from, int count) {
    Objects.checkFromIndexSize(from, count, size);
    CRC32C crc = new CRC32C();
    int skip = from;
    int left = count;
    for (ByteBuffer piece : pieces) {
      int here = Math.min(piece.remaining() - skip, left);
      if (here > 0) {
        crc.update(piece.slice(piece.position() + skip, here));
        left -= here;
      }
      skip = Math.max(0, skip - piece.remaining());
    }
    return crc.getValue();
  }
}
