package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A JPEG. Before the first scan, the decoder is given only the segments that the pixels depend on,
 * without stray bytes between them: so the frame header that is found here is the one that the
 * decoder finds, whatever else is in the file.
 */
record JpegFile(ByteString file) implements EncodedImage {

  private static final int QUANTIZATION = 0xDB;
  private static final int RESTART_INTERVAL = 0xDD;
  private static final int JFIF = 0xE0;
  private static final int EXIF = 0xE1;
  private static final int ADOBE = 0xEE;

  private static final DecodeRate ONE_SCAN = new DecodeRate(5, 12);

  /** Measured with {@link JpegScans#MAX_OF_LARGE}. */
  private static final DecodeRate SEVERAL_SCANS = new DecodeRate(32, 28);

  private static final double ARITHMETIC_NANOS_PER_BYTE = 120;

  /** Extended sequential; those above are progressive or lossless. */
  private static final int LAST_SEQUENTIAL = 0xC1;

  private static final int LAST_HUFFMAN = 0xC7;
  private static final int SEQUENTIAL_ARITHMETIC = 0xC9;

  private static final int COMPONENTS_OF_FRAME = 9;
  private static final int COMPONENTS_OF_SCAN = 4;

  /** The length of a segment, and its samples' precision. */
  private static final int SIZE_IN_FRAME = 5;

  static Optional<EncodedImage> of(ByteString file) {
    return Bytes.has(file, 0, "\u00FF\u00D8\u00FF")
        ? Optional.of(new JpegFile(file))
        : Optional.empty();
  }

  @Override
  public String title() {
    return "JPEG";
  }

  /** libjpeg's JPEG_MAX_DIMENSION. */
  @Override
  public int maxSide() {
    return 65_500;
  }

  /** The first frame header; a decoder refuses a second one. ITU-T T.81, B.2.2. */
  @Override
  public Optional<ImageHeader> header() {
    JpegSegments segments = JpegSegments.beforeScans(file);
    while (isBeforeScan(segments)) {
      if (isFrame(segments.marker())) {
        int at = segments.start() + SIZE_IN_FRAME;
        return at + 4 > Math.min(segments.end(), file.size())
            ? Optional.empty()
            : Optional.of(new ImageHeader(Bytes.u16(file, at + 2), Bytes.u16(file, at)));
      }
    }
    return Optional.empty();
  }

  /**
   * With several scans, the decoder keeps all coefficients in memory and passes over them for each
   * scan. ITU-T T.81, B.2.2 and B.2.3.
   */
  @Override
  public DecodeRate rate() {
    JpegSegments segments = JpegSegments.beforeScans(file);
    int frame = 0;
    int components = 0;
    while (isBeforeScan(segments)) {
      if (frame == 0 && isFrame(segments.marker())) {
        frame = segments.marker();
        components = byteAt(segments.start() + COMPONENTS_OF_FRAME);
      }
    }
    boolean isSequential = frame <= LAST_SEQUENTIAL || frame == SEQUENTIAL_ARITHMETIC;
    boolean hasOneScan = components == byteAt(segments.start() + COMPONENTS_OF_SCAN);
    DecodeRate rate = isSequential && hasOneScan ? ONE_SCAN : SEVERAL_SCANS;
    return frame <= LAST_HUFFMAN ? rate : rate.withNanosPerByte(ARITHMETIC_NANOS_PER_BYTE);
  }

  /** 0 where the file ends before. */
  private int byteAt(int at) {
    return at < file.size() ? Bytes.u8(file, at) : 0;
  }

  /** From the first Exif segment that has it; other data, such as XMP, uses the same marker. */
  @Override
  public Orientation orientation() {
    JpegSegments segments = JpegSegments.beforeScans(file);
    while (isBeforeScan(segments)) {
      if (segments.marker() == EXIF && segments.isWhole()) {
        ByteString data = file.substring(segments.start() + 4, segments.end());
        Optional<Orientation> orientation =
            Bytes.has(data, 0, Exif.PREFIX) ? Exif.orientation(data) : Optional.empty();
        if (orientation.isPresent()) {
          return orientation.get();
        }
      }
    }
    return Orientation.UPRIGHT;
  }

  @Override
  public void writeTo(ByteBuffer input) {
    Bytes.copy(file, 0, JpegSegments.AFTER_START_OF_IMAGE, input);
    JpegSegments segments = JpegSegments.beforeScans(file);
    while (isBeforeScan(segments)) {
      if (!segments.isWhole()) {
        throw InvalidImage.undecodable(this);
      }
      if (isNeeded(segments.marker())) {
        Bytes.copy(file, segments.start(), segments.end(), input);
      }
    }
    if (segments.marker() != JpegSegments.START_OF_SCAN) {
      throw InvalidImage.undecodable(this);
    }
    int scans = segments.start();
    checkScans(scans);
    Bytes.copy(file, scans, file.size(), input);
  }

  private void checkScans(int from) {
    ImageHeader header = header().orElseThrow(() -> InvalidImage.undecodable(this));
    int max = JpegScans.max(header.pixels());
    if (JpegScans.tooMany(file, from, max)) {
      throw InvalidImage.because(
          "is a JPEG of more than %d scans, the limit for %,d x %,d pixels; real ones have about ten"
              .formatted(max, header.width(), header.height()));
    }
  }

  /** Goes to the next segment; false at the first scan, and where decoders fail. */
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

  /** Frames, tables, and what tells the colours; not comments and other application data. */
  private static boolean isNeeded(int marker) {
    return isFrameOrCode(marker)
        || marker == QUANTIZATION
        || marker == RESTART_INTERVAL
        || marker == JFIF
        || marker == ADOBE;
  }
}
