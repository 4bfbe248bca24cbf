package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;

/**
 * What a PNG's chunks would cost a decoder. Each is allocated at the length that it claims, up to 4
 * GiB, before it is read; and each compressed text is unpacked, to nobody's use, which of a small
 * file of many takes a minute.
 */
final class PngChunks {

  /** Many times what cameras, editors and generators of pictures write. */
  static final int MAX_TEXTS = 32;

  private static final int SIGNATURE = 8;

  /** Length, type and checksum. */
  private static final int FRAME = 12;

  private static final int END = type("IEND");
  private static final int COMPRESSED_TEXT = type("zTXt");
  private static final int INTERNATIONAL_TEXT = type("iTXt");

  /** What is found. */
  enum Verdict {
    FINE,
    /** One claims to be longer than what is left of the file. */
    CUT_OFF,
    /** More than {@link #MAX_TEXTS}. */
    TOO_MANY_TEXTS
  }

  private PngChunks() {}

  /** Looks at all chunks up to the one that ends the picture. */
  static Verdict judge(ByteString file) {
    int texts = 0;
    int at = SIGNATURE;
    while (file.size() - at >= FRAME) {
      long length = u32(file, at) & 0xFFFFFFFFL;
      if (length > file.size() - at - FRAME) {
        return Verdict.CUT_OFF;
      }
      int type = u32(file, at + 4);
      if (type == END) {
        return Verdict.FINE;
      }
      if ((type == COMPRESSED_TEXT || type == INTERNATIONAL_TEXT) && ++texts > MAX_TEXTS) {
        return Verdict.TOO_MANY_TEXTS;
      }
      at += FRAME + (int) length;
    }
    return Verdict.FINE;
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
