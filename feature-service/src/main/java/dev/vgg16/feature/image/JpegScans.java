package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;

/**
 * How many scans a JPEG has. Each makes the decoder go over the whole picture once more, so that a
 * small file of many empty scans would take minutes to decode; real progressive files have about
 * ten, or 18 in CMYK.
 */
final class JpegScans {

  /** Of a picture of a megapixel; several times what any encoder writes. */
  static final int MAX = 64;

  /** Of a large picture. */
  static final int MAX_OF_LARGE = 24;

  /** What all scans together may go over, where that allows for more. */
  private static final long MAX_PIXELS = 1 << 26;

  private JpegScans() {}

  /** The most that a picture of so many pixels may have. */
  static int max(long pixels) {
    return (int) Math.max(MAX_OF_LARGE, Math.min(MAX, MAX_PIXELS / Math.max(1, pixels)));
  }

  /** Whether a file has more than so many from this place on. */
  static boolean tooMany(ByteString file, int from, int max) {
    int scans = 0;
    JpegSegments segments = new JpegSegments(file, from);
    while (segments.next()) {
      if (segments.marker() == JpegSegments.END_OF_IMAGE) {
        // What may follow, such as a film, is not decoded.
        return false;
      }
      if (segments.marker() == JpegSegments.START_OF_SCAN && ++scans > max) {
        return true;
      }
    }
    return false;
  }
}
