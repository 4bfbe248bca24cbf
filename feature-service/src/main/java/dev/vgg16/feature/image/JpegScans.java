package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;

/**
 * How many scans a JPEG has. Each makes the decoder go over the whole picture once more, so that a
 * small file of many empty scans would take minutes to decode; real progressive files have about
 * ten.
 */
final class JpegScans {

  /** Several times what any encoder writes. */
  static final int MAX = 64;

  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;

  private JpegScans() {}

  /** Whether a file has more than {@link #MAX}. */
  static boolean tooMany(ByteString file) {
    int scans = 0;
    int at = 2;
    while ((at = nextMarker(file, at)) >= 0) {
      int marker = file.byteAt(at + 1) & 0xFF;
      if (marker == END_OF_IMAGE) {
        // What may follow, such as a film, is not decoded.
        return false;
      }
      if (marker == START_OF_SCAN && ++scans > MAX) {
        return true;
      }
      at += 2 + length(file, at + 2);
    }
    return false;
  }

  /**
   * The place of the next marker that has a segment, or that ends the image; -1 when there is none.
   * In a scan's data a byte 0xFF is followed by 0x00 or by a restart marker (ITU-T T.81, B.1.1.5),
   * and like libjpeg this passes over bytes that belong to nothing, and over the reserved markers
   * 0x02 to 0xBF as if they did: that decoder resumes right behind them.
   */
  private static int nextMarker(ByteString file, int from) {
    for (int at = from; at < file.size() - 3; at++) {
      if (file.byteAt(at) == (byte) 0xFF) {
        int next = file.byteAt(at + 1) & 0xFF;
        boolean noSegment = next < 0xC0 || (next >= 0xD0 && next <= 0xD8) || next == 0xFF;
        if (!noSegment) {
          return at;
        }
      }
    }
    return -1;
  }

  private static int length(ByteString file, int at) {
    return (file.byteAt(at) & 0xFF) << 8 | (file.byteAt(at + 1) & 0xFF);
  }
}
