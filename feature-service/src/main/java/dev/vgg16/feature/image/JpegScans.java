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

  private JpegScans() {}

  /** Whether a file has more than {@link #MAX} from this place on. */
  static boolean tooMany(ByteString file, int from) {
    int scans = 0;
    JpegSegments segments = new JpegSegments(file, from);
    while (segments.next()) {
      if (segments.marker() == JpegSegments.END_OF_IMAGE) {
        // What may follow, such as a film, is not decoded.
        return false;
      }
      if (segments.marker() == JpegSegments.START_OF_SCAN && ++scans > MAX) {
        return true;
      }
    }
    return false;
  }
}
