package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * The orientation in an Exif block. The block is a small TIFF file, in one of two byte orders (TIFF
 * 6.0, section 2). In a JPEG the prefix {@code Exif\0\0} precedes it; some writers add that to a
 * PNG or WebP too, against their specifications.
 */
final class Exif {

  static final String PREFIX = "Exif\0\0";

  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int SSHORT = 8;
  private static final int SLONG = 9;
  private static final int FLOAT = 11;

  private static final int TIFF_HEADER = 8;
  private static final int ENTRY = 12;

  private final ByteString tiff;
  private final boolean isLittleEndian;

  private Exif(ByteString tiff, boolean isLittleEndian) {
    this.tiff = tiff;
    this.isLittleEndian = isLittleEndian;
  }

  /**
   * The orientation in a block: a tag of its first directory, a number of 1 to 8. (The second
   * directory describes the thumbnail.) It should be one SHORT; of other types and of several
   * values, the first value is read if it is in the tag itself.
   */
  static Optional<Orientation> orientation(ByteString block) {
    int start = 0;
    while (Bytes.has(block, start, PREFIX)) {
      start += PREFIX.length();
    }
    ByteString tiff = block.substring(start);
    if (tiff.size() < TIFF_HEADER) {
      return Optional.empty();
    }
    if (Bytes.has(tiff, 0, "II*\0")) {
      return new Exif(tiff, true).orientation();
    }
    return Bytes.has(tiff, 0, "MM\0*") ? new Exif(tiff, false).orientation() : Optional.empty();
  }

  private Optional<Orientation> orientation() {
    long directory = u32(4);
    if (directory > tiff.size() - 2) {
      return Optional.empty();
    }
    int entries = u16((int) directory);
    int at = (int) directory + 2;
    for (int i = 0; i < entries && tiff.size() - at >= ENTRY; i++, at += ENTRY) {
      if (u16(at) == ORIENTATION) {
        return value(u16(at + 2), u32(at + 4), at + 8);
      }
    }
    return Optional.empty();
  }

  private Optional<Orientation> value(int type, long count, int at) {
    int most = type == SHORT || type == SSHORT ? 2 : 1;
    if (count < 1 || count > most) {
      return Optional.empty();
    }
    return switch (type) {
      case SHORT, SSHORT -> Orientation.of(u16(at));
      case LONG, SLONG -> Orientation.of(u32(at));
      case FLOAT -> ofFloat(Float.intBitsToFloat((int) u32(at)));
      default -> Optional.empty();
    };
  }

  private static Optional<Orientation> ofFloat(float value) {
    return value == (int) value ? Orientation.of((int) value) : Optional.empty();
  }

  private int u16(int at) {
    return isLittleEndian ? Bytes.u16LittleEndian(tiff, at) : Bytes.u16(tiff, at);
  }

  private long u32(int at) {
    return isLittleEndian ? Bytes.u32LittleEndian(tiff, at) : Bytes.u32(tiff, at);
  }
}
