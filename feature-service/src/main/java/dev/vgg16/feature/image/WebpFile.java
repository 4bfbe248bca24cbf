package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A WebP: RFC 9649. */
record WebpFile(ByteString file) implements EncodedImage {

  private static final int FIRST_CHUNK = 12;

  /** A chunk's type and length, before its data. */
  private static final int BEFORE_DATA = 8;

  private static final String EXTENDED = "VP8X";

  /** Of the flags of VP8X. */
  private static final int HAS_EXIF = 0x08;

  /** OpenCV does not recognise shorter files, though there are valid ones. */
  private static final int MIN_INPUT = 32;

  private static final DecodeRate LOSSLESS = new DecodeRate(12, 10);
  private static final DecodeRate OTHER = new DecodeRate(12, 60);

  static Optional<EncodedImage> of(ByteString file) {
    return Bytes.has(file, 0, "RIFF") && Bytes.has(file, 8, "WEBP")
        ? Optional.of(new WebpFile(file))
        : Optional.empty();
  }

  @Override
  public String title() {
    return "WebP";
  }

  /** RFC 9649, 2.7.1: the width of a canvas has 24 bits. */
  @Override
  public int maxSide() {
    return 1 << 24;
  }

  /** The first chunk: RFC 9649, 2.5 to 2.7 and 3.4; VP8 frame header, RFC 6386, 9.1. */
  @Override
  public Optional<ImageHeader> header() {
    if (firstIs(EXTENDED, 10)) {
      return size(1 + Bytes.u24LittleEndian(file, 24), 1 + Bytes.u24LittleEndian(file, 27));
    }
    if (firstIs("VP8L", 5)) {
      long bits = Bytes.u32LittleEndian(file, 21);
      return size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF));
    }
    if (firstIs("VP8 ", 10)) {
      return size(
          Bytes.u16LittleEndian(file, 26) & 0x3FFF, Bytes.u16LittleEndian(file, 28) & 0x3FFF);
    }
    return Optional.empty();
  }

  /** VP8X may contain any kind, with or without transparency. */
  @Override
  public DecodeRate rate() {
    return firstIs("VP8L", 5) ? LOSSLESS : OTHER;
  }

  /** Whether the first chunk has this type and at least so many bytes of data. */
  private boolean firstIs(String type, int data) {
    return Bytes.has(file, FIRST_CHUNK, type) && file.size() >= FIRST_CHUNK + BEFORE_DATA + data;
  }

  private static Optional<ImageHeader> size(long width, long height) {
    return Optional.of(new ImageHeader(width, height));
  }

  /** From the first chunk EXIF, if the flags say that there is one. */
  @Override
  public Orientation orientation() {
    if (!firstIs(EXTENDED, 1) || (Bytes.u8(file, 20) & HAS_EXIF) == 0) {
      return Orientation.UPRIGHT;
    }
    long at = FIRST_CHUNK;
    while (file.size() - at >= BEFORE_DATA) {
      long data = at + BEFORE_DATA;
      long length = Bytes.u32LittleEndian(file, (int) at + 4);
      if (length > file.size() - data) {
        break;
      }
      if (Bytes.has(file, (int) at, "EXIF")) {
        return Exif.orientation(file.substring((int) data, (int) (data + length)))
            .orElse(Orientation.UPRIGHT);
      }
      // A chunk of odd length is padded with a byte.
      at = data + length + (length & 1);
    }
    return Orientation.UPRIGHT;
  }

  @Override
  public void writeTo(ByteBuffer input) {
    Bytes.copy(file, 0, file.size(), input);
    while (input.position() < MIN_INPUT) {
      input.put((byte) 0);
    }
  }
}
