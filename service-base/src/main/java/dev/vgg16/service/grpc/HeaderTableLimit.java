package dev.vgg16.service.grpc;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/**
 * Bounds the table of header fields (RFC 7541, section 2.3.2) that a connection's answers refer to.
 * A client may allow one of 4 GiB, and fill it by calls whose errors quote them; an encoder need
 * not use what it is allowed. Each change of the size is told to the client before the next answer,
 * and waits in memory until then, so the size never grows again. Of one connection.
 */
final class HeaderTableLimit {

  /** What HTTP/2 allows where nothing is said. */
  static final int MAX_BYTES = 4096;

  private static final int ENTRY_BYTES = 6;
  private static final int HEADER_TABLE_SIZE = 1;

  private long lowest = MAX_BYTES;

  /**
   * Lowers the sizes in a SETTINGS frame.
   *
   * @param frame complete, with its header
   */
  void apply(ByteBuf frame) {
    int end = frame.writerIndex() - ENTRY_BYTES;
    for (int entry = FrameBuffers.HEADER_BYTES; entry <= end; entry += ENTRY_BYTES) {
      if (frame.getUnsignedShort(entry) == HEADER_TABLE_SIZE) {
        lowest = Math.min(lowest, frame.getUnsignedInt(entry + Short.BYTES));
        frame.setInt(entry + Short.BYTES, (int) lowest);
      }
    }
  }
}
