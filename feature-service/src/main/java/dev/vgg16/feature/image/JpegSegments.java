package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over the markers of a JPEG as libjpeg does (ITU-T T.81, B.1.1). Stray bytes between
 * segments are skipped up to the next marker: bytes 0xFF and then one other than 0x00. So it finds
 * the markers that a decoder finds, also in the data of scans, in which 0xFF is followed by 0x00 or
 * a restart marker.
 */
final class JpegSegments {

  static final int AFTER_START_OF_IMAGE = 2;

  static final int START_OF_IMAGE = 0xD8;
  static final int END_OF_IMAGE = 0xD9;
  static final int START_OF_SCAN = 0xDA;

  /**
   * Segments before the first scan. A file of 16 MiB that is full of profiles and other application
   * data has 256.
   */
  static final int MAX_SEGMENTS = 1 << 16;

  /** Stray bytes before the first scan, all together; real files have a few, if any. */
  static final int MAX_STRAY = 1 << 16;

  private static final int FILL = 0xFF;

  private static final long LOWEST_BITS = 0x0101010101010101L;
  private static final long HIGHEST_BITS = 0x8080808080808080L;

  private final ByteString file;

  /** The file, where it is in one piece. */
  private final @Nullable ByteBuffer words;

  private int segmentsLeft;
  private int strayLeft;
  private int start;
  private int end;
  private int marker;

  /**
   * @param from where the search for the first marker starts
   */
  JpegSegments(ByteString file, int from) {
    this(file, from, Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  private JpegSegments(ByteString file, int from, int maxSegments, int maxStray) {
    this.file = file;
    List<ByteBuffer> pieces = file.asReadOnlyByteBufferList();
    this.words = pieces.size() == 1 ? pieces.get(0).slice() : null;
    this.end = from;
    this.segmentsLeft = maxSegments;
    this.strayLeft = maxStray;
  }

  /** From the file's start up to the first scan; {@link #next} enforces the limits. */
  static JpegSegments beforeScans(ByteString file) {
    return new JpegSegments(file, AFTER_START_OF_IMAGE, MAX_SEGMENTS, MAX_STRAY);
  }

  /**
   * Goes to the next marker; returns false when there is none that is complete.
   *
   * @throws ServingException {@code INVALID_INPUT} beyond the limits
   */
  boolean next() {
    int last = (int) Math.min(file.size() - 2L, (long) end + strayLeft);
    for (int at = nextFill(end, last); at <= last; at = nextFill(at + 1, last)) {
      int next = Bytes.u8(file, at + 1);
      if (next != 0 && next != FILL) {
        strayLeft -= at - end;
        return found(at, next);
      }
    }
    if (last < file.size() - 2) {
      throw InvalidImage.because(
          "is a JPEG with more than %,d bytes between its segments, which belong to none of them"
              .formatted(MAX_STRAY));
    }
    return false;
  }

  /** The offset of the first byte 0xFF from {@code at} to {@code last}; behind it if none is. */
  private int nextFill(int at, int last) {
    while (at <= last && Bytes.u8(file, at) != FILL) {
      at++;
      // At multiples of eight only: the JVM's first compiler reads other words by the byte.
      if (words != null && at % Long.BYTES == 0) {
        at = skipWords(words, at, last);
      }
    }
    return at;
  }

  private static int skipWords(ByteBuffer words, int at, int last) {
    while (at + Long.BYTES <= last && !hasFill(words.getLong(at))) {
      at += Long.BYTES;
    }
    return at;
  }

  /** Whether a byte is 0xFF: the test for a zero byte in "Bit Twiddling Hacks", complemented. */
  private static boolean hasFill(long word) {
    return ((~word - LOWEST_BITS) & word & HIGHEST_BITS) != 0;
  }

  private boolean found(int at, int found) {
    if (segmentsLeft-- == 0) {
      throw InvalidImage.because(
          "is a JPEG of more than %,d segments before its first scan".formatted(MAX_SEGMENTS));
    }
    start = at;
    marker = found;
    end = at + 2;
    if (!hasSegment(found)) {
      return true;
    }
    if (file.size() - end < 2) {
      return false;
    }
    // The length includes its own two bytes, which libjpeg skips even when it is smaller.
    end += Math.max(2, Bytes.u16(file, end));
    return true;
  }

  /** TEM, RST0 to RST7, SOI and EOI have none, nor have the reserved 0x02 to 0xBF. */
  private static boolean hasSegment(int marker) {
    return marker >= 0xC0 && !(marker >= 0xD0 && marker <= END_OF_IMAGE);
  }

  int marker() {
    return marker;
  }

  /** The offset of its byte 0xFF. */
  int start() {
    return start;
  }

  /** The offset after the marker and its segment, which may be after the file's end. */
  int end() {
    return end;
  }

  /** Whether the file has the whole segment. */
  boolean isWhole() {
    return end <= file.size();
  }
}
