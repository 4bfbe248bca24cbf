package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * Leaves of a PNG what its still picture is made of. OpenCV's decoder allocates what a chunk claims
 * as its length, up to 4 GiB, before it reads it; it crashes on damaged animations; and it unpacks
 * texts and colour profiles that nobody uses, which of a small file takes many seconds.
 */
final class PngChunks {

  private static final int SIGNATURE = 8;

  /** Length, type and checksum. */
  private static final int FRAME = 12;

  private static final int END = type("IEND");
  private static final int TRANSPARENCY = type("tRNS");
  private static final int EXIF = type("eXIf");

  /** In the first byte of a type: without it, no picture can be made without the chunk. */
  private static final int ANCILLARY = 0x20 << 24;

  private PngChunks() {}

  /**
   * The file with the chunks that are needed, and nothing behind its end; empty when a chunk is
   * longer than what is left of the file.
   */
  static Optional<ByteString> needed(ByteString file) {
    ByteString kept = ByteString.EMPTY;
    int from = 0;
    int at = SIGNATURE;
    while (file.size() - at >= FRAME) {
      long length = u32(file, at) & 0xFFFFFFFFL;
      if (length > file.size() - at - FRAME) {
        return Optional.empty();
      }
      int type = u32(file, at + 4);
      int next = at + FRAME + (int) length;
      if (!isNeeded(type)) {
        // By ranges, not chunk by chunk: most files have one or two.
        kept = kept.concat(file.substring(from, at));
        from = next;
      }
      at = next;
      if (type == END) {
        break;
      }
    }
    return Optional.of(kept.concat(file.substring(from, at)));
  }

  private static boolean isNeeded(int type) {
    return (type & ANCILLARY) == 0 || type == TRANSPARENCY || type == EXIF;
  }

  private static int type(String name) {
    return u32(ByteString.copyFromUtf8(name), 0);
  }

  private static int u32(ByteString file, int at) {
    return (file.byteAt(at) & 0xFF) << 24
        | (file.byteAt(at + 1) & 0xFF) << 16
        | (file.byteAt(at + 2) & 0xFF) << 8
        | (file.byteAt(at + 3) & 0xFF);
  }
}
