package dev.vgg16.head.wire;

import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A message in several buffers, as gRPC receives it from a socket. Like gRPC's, it frees what is
 * read, unless it was marked before; freed bytes are set to zero.
 */
public final class FakeReceiveStream extends InputStream
    implements KnownLength, HasByteBuffer, Detachable {

  private final List<ByteBuffer> pieces;
  private final Memory memory;
  private int piece;
  private int offset;
  private boolean marked;
  private boolean detached;

  /** Counts how often it was freed. */
  public static final class Memory {
    private int frees;

    /** How often. */
    public synchronized int frees() {
      return frees;
    }

    private synchronized void free() {
      frees++;
    }
  }

  /**
   * @param pieces each from 0 to its capacity
   */
  public FakeReceiveStream(List<ByteBuffer> pieces, Memory memory) {
    this.pieces = pieces;
    this.memory = memory;
  }

  @Override
  public int available() {
    int left = -offset;
    for (int i = detached ? pieces.size() : piece; i < pieces.size(); i++) {
      left += pieces.get(i).capacity();
    }
    return detached ? 0 : left;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int start, int length) {
    if (available() == 0) {
      return -1;
    }
    ByteBuffer current = getByteBuffer();
    int count = Math.min(length, current.remaining());
    current.get(target, start, count);
    skip(count);
    return count;
  }

  @Override
  public long skip(long count) {
    long left = Math.min(count, available());
    long skipped = left;
    while (left > 0) {
      int step = (int) Math.min(left, pieces.get(piece).capacity() - offset);
      offset += step;
      left -= step;
      skipEmpty();
    }
    return skipped;
  }

  private void skipEmpty() {
    while (piece < pieces.size() && offset == pieces.get(piece).capacity()) {
      if (!marked && !pieces.get(piece).isReadOnly()) {
        pieces.get(piece).duplicate().clear().put(new byte[offset]);
      }
      piece++;
      offset = 0;
    }
  }

  @Override
  public boolean byteBufferSupported() {
    return true;
  }

  @Override
  public ByteBuffer getByteBuffer() {
    skipEmpty();
    return pieces.get(piece).slice(offset, pieces.get(piece).capacity() - offset);
  }

  @Override
  public boolean markSupported() {
    return true;
  }

  @Override
  public synchronized void mark(int limit) {
    if (piece > 0 || offset > 0) {
      throw new IllegalStateException("marked in the middle");
    }
    marked = true;
  }

  @Override
  public synchronized void reset() {
    if (!marked) {
      throw new IllegalStateException("reset without a mark");
    }
    piece = 0;
    offset = 0;
  }

  @Override
  public InputStream detach() {
    detached = true;
    return new InputStream() {
      @Override
      public int read() {
        return -1;
      }

      @Override
      public void close() {
        memory.free();
      }
    };
  }

  @Override
  public void close() {
    if (!detached) {
      memory.free();
    }
  }
}
