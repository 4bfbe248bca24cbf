package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A JPEG. What stands before its first scan is handed to the decoder segment by segment, without
 * what stands between them, and of the segments those alone of which pixels are made: so the frame
 * header that is found here is the one that the decoder finds, whatever else is in the file.
 */
record JpegFile(ByteString file) implements ImageFile {

  private static final int AFTER_START_OF_IMAGE = 2;

  private static final int QUANTIZATION = 0xDB;
  private static final int RESTART_INTERVAL = 0xDD;
  private static final int JFIF = 0xE0;
  private static final int EXIF = 0xE1;
  private static final int ADOBE = 0xEE;

  /** The length of a segment, and its samples' precision. */
  private static final int SIZE_IN_FRAME = 5;

  static boolean begins(ByteString file) {
    return Bytes.has(file, 0, "\u00FF\u00D8\u00FF");
  }

  @Override
  public ImageFormat format() {
    return ImageFormat.JPEG;
  }

  /** The first frame header; a decoder refuses a second one. ITU-T T.81, B.2.2. */
  @Override
  public Optional<ImageHeader> header() {
    JpegSegments segments = new JpegSegments(file, AFTER_START_OF_IMAGE);
    while (isBeforeScan(segments)) {
      if (isFrame(segments.marker())) {
        int at = segments.start() + SIZE_IN_FRAME;
        return at + 4 > Math.min(segments.end(), file.size())
            ? Optional.empty()
            : Optional.of(
                new ImageHeader(ImageFormat.JPEG, Bytes.u16(file, at + 2), Bytes.u16(file, at)));
      }
    }
    return Optional.empty();
  }

  /** Of the first Exif segment that tells it: there may be others of that number, such as XMP. */
  @Override
  public Orientation orientation() {
    JpegSegments segments = new JpegSegments(file, AFTER_START_OF_IMAGE);
    while (isBeforeScan(segments)) {
      if (segments.marker() == EXIF && segments.isWhole()) {
        ByteString data = file.substring(segments.start() + 4, segments.end());
        Optional<Orientation> told =
            Bytes.has(data, 0, Exif.PREFIX) ? Exif.orientation(data) : Optional.empty();
        if (told.isPresent()) {
          return told.get();
        }
      }
    }
    return Orientation.UPRIGHT;
  }

  @Override
  public void writeTo(ByteBuffer decodable) {
    ImageFile.copy(file, 0, AFTER_START_OF_IMAGE, decodable);
    JpegSegments segments = new JpegSegments(file, AFTER_START_OF_IMAGE);
    while (isBeforeScan(segments)) {
      if (!segments.isWhole()) {
        throw ImageHeader.undecodable(ImageFormat.JPEG);
      }
      if (isNeeded(segments.marker())) {
        ImageFile.copy(file, segments.start(), segments.end(), decodable);
      }
    }
    if (segments.marker() != JpegSegments.START_OF_SCAN) {
      throw ImageHeader.undecodable(ImageFormat.JPEG);
    }
    int scans = segments.start();
    if (JpegScans.tooMany(file, scans)) {
      throw ImageHeader.invalid(
          "is a JPEG of more than %d scans; real ones have about ten".formatted(JpegScans.MAX));
    }
    ImageFile.copy(file, scans, file.size(), decodable);
  }

  /** Goes to the next segment; false at the first scan, and where a decoder gives up. */
  private static boolean isBeforeScan(JpegSegments segments) {
    if (!segments.next()) {
      return false;
    }
    int marker = segments.marker();
    boolean isRefused =
        (marker > 0x01 && marker < 0xC0)
            || marker == JpegSegments.START_OF_IMAGE
            || marker == JpegSegments.END_OF_IMAGE
            || marker == 0xDE
            || marker == 0xDF
            || (marker >= 0xF0 && marker <= 0xFD);
    return !isRefused && marker != JpegSegments.START_OF_SCAN;
  }

  /** SOF0 to SOF15; DHT, JPG and DAC share their range. */
  private static boolean isFrame(int marker) {
    return isFrameOrCode(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static boolean isFrameOrCode(int marker) {
    return marker >= 0xC0 && marker <= 0xCF;
  }

  /** Frames and tables, and what tells their colours: comments and other applications' data not. */
  private static boolean isNeeded(int marker) {
    return isFrameOrCode(marker)
        || marker == QUANTIZATION
        || marker == RESTART_INTERVAL
        || marker == JFIF
        || marker == ADOBE;
  }
}
