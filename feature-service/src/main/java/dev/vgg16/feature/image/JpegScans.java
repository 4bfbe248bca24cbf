package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;

/**
 * The limit of scans of a JPEG. The decoder passes over the whole picture for each, so that a small
 * file with many empty scans would take minutes to decode; real progressive files have about ten,
 * or 18 in CMYK.
 */
final class JpegScans {

  /** For pictures up to a megapixel; several times what any encoder writes. */
  static final int MAX = 64;

  /** For large pictures. */
  static final int MAX_OF_LARGE = 24;

  /** Of all scans together, which limits the scans of pictures in between. */
  private static final long MAX_PIXELS = 1 << 26;

  private JpegScans() {}

  /** The limit for a picture of so many pixels. */
  static int max(long pixels) {
    return (int) Math.max(MAX_OF_LARGE, Math.min(MAX, MAX_PIXELS / Math.max(1, pixels)));
  }

  /** Whether a file has more scans than {@code max} from this offset on. */
  static boolean tooMany(ByteString file, int from, int max) {
    int scans = 0;
    JpegSegments segments = new JpegSegments(file, from);
    while (segments.next()) {
      if (segments.marker() == JpegSegments.END_OF_IMAGE) {
        // What may follow, such as a video, is not decoded.
        return false;
      }
      if (segments.marker() == JpegSegments.START_OF_SCAN && ++scans > max) {
        return true;
      }
    }
    return false;
  }
}
