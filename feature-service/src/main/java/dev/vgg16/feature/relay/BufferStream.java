package dev.vgg16.feature.relay;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;

/** The bytes of several buffers, one after the other, as a message that gRPC can send. */
final class BufferStream extends InputStream implements Drainable, KnownLength {

  /** Bytes off the heap are copied in chunks of this size, which fit into the processor's cache. */
  private static final int CHUNK = 16 << 10;

  private final Iterator<ByteBuffer> rest;
  private ByteBuffer current;
  private int left;

  /**
   * @param buffers read from their positions to their limits, without changing either
   */
  BufferStream(List<ByteBuffer> buffers) {
    rest = buffers.iterator();
    current = ByteBuffer.allocate(0);
    left = buffers.stream().mapToInt(ByteBuffer::remaining).sum();
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int drained = left;
    byte[] chunk = null;
    while (hasMore()) {
      if (current.hasArray()) {
        target.write(
            current.array(), current.arrayOffset() + current.position(), current.remaining());
        advance(current.remaining());
        continue;
      }
      chunk = chunk == null ? new byte[CHUNK] : chunk;
      target.write(chunk, 0, read(chunk, 0, CHUNK));
    }
    return drained;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (!hasMore()) {
      return -1;
    }
    int count = Math.min(length, current.remaining());
    current.get(current.position(), target, offset, count);
    advance(count);
    return count;
  }

  @Override
  public int available() {
    return left;
  }

  private boolean hasMore() {
    while (!current.hasRemaining() && rest.hasNext()) {
      current = rest.next().duplicate();
    }
    return current.hasRemaining();
  }

  private void advance(int count) {
    current.position(current.position() + count);
    left -= count;
  }
}
