package dev.vgg16.service.grpc;

import io.netty.buffer.ByteBuf;

/**
 * Bounds the dynamic header table (RFC 7541, section 2.3.2) of a connection's responses. A client
 * may allow 4 GiB, and fill the table by calls whose errors quote them; an encoder may use less.
 * Each change of the size is kept in memory until the next response, so the size never grows again.
 * One instance per connection.
 */
final class HeaderTableLimit {

  /** HTTP/2's default SETTINGS_HEADER_TABLE_SIZE. */
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
