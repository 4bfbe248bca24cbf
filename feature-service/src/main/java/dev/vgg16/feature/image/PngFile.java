package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * A PNG. The decoder is given the chunks of the still picture, and an undamaged end. OpenCV
 * allocates the length that a chunk claims, up to 4 GiB, before it reads the chunk; it crashes on
 * damaged animations; and it decompresses texts and colour profiles, which can take many seconds
 * for a small file.
 */
record PngFile(ByteString file) implements EncodedImage {

  private static final int SIGNATURE = 8;

  /** A chunk's length and type, before its data; its checksum follows the data. */
  private static final int BEFORE_DATA = 8;

  private static final int CHECKSUM = 4;

  private static final String PIXELS = "IDAT";
  private static final String END = "IEND";

  private static final ByteString WHOLE_END =
      ByteString.fromHex("00000000" + "49454E44" + "AE426082");

  /** A bit of a type's first byte; chunks without it are needed for the pixels. */
  private static final int ANCILLARY = 0x20;

  /** Offsets of IHDR's fields after width and height. */
  private static final int DEPTH = 24;

  private static final int COLOUR_TYPE = 25;
  private static final int INTERLACE = 28;

  static Optional<EncodedImage> of(ByteString file) {
    return Bytes.has(file, 0, "\u0089PNG\r\n\u001A\n")
        ? Optional.of(new PngFile(file))
        : Optional.empty();
  }

  @Override
  public String title() {
    return "PNG";
  }

  /** libpng's PNG_USER_WIDTH_MAX and PNG_USER_HEIGHT_MAX. */
  @Override
  public int maxSide() {
    return 1_000_000;
  }

  /** IHDR, which comes first: PNG specification, 11.2.1. */
  @Override
  public Optional<ImageHeader> header() {
    if (Bytes.has(file, 12, "CgBI")) {
      throw InvalidImage.because(
          "is a PNG in Apple's form for iOS (CgBI), which is not supported: send a standard PNG");
    }
    if (file.size() < 24 || !Bytes.has(file, 12, "IHDR")) {
      return Optional.empty();
    }
    return Optional.of(new ImageHeader(Bytes.u32(file, 16), Bytes.u32(file, 20)));
  }

  /** From the first undamaged eXIf, which may also follow the pixels. */
  @Override
  public Orientation orientation() {
    for (int at = SIGNATURE; isWhole(at) && !is(at, END); at = next(at)) {
      if (is(at, "eXIf") && isUndamaged(at)) {
        Optional<Orientation> orientation =
            Exif.orientation(file.substring(at + BEFORE_DATA, next(at) - CHECKSUM));
        if (orientation.isPresent()) {
          return orientation.get();
        }
      }
    }
    return Orientation.UPRIGHT;
  }

  /** By the bytes of a pixel: they are decompressed, at most twice, and converted to 8-bit RGB. */
  @Override
  public DecodeRate rate() {
    double perPixel = 3 + 3.5 * Math.max(8, bitsPerPixel()) / 8;
    return new DecodeRate(isInterlaced() ? perPixel + 4 : perPixel, 16);
  }

  private int bitsPerPixel() {
    int channels =
        switch (byteOfHeader(COLOUR_TYPE)) {
          case 2 -> 3;
          case 4 -> 2;
          case 6 -> 4;
          default -> 1;
        };
    return channels * byteOfHeader(DEPTH);
  }

  private boolean isInterlaced() {
    return byteOfHeader(INTERLACE) != 0;
  }

  /** 0 where the file ends before. */
  private int byteOfHeader(int at) {
    return at < file.size() ? Bytes.u8(file, at) : 0;
  }

  /** Without the file's own end, which may be damaged or missing. */
  @Override
  public void writeTo(ByteBuffer input) {
    int from = 0;
    int at = SIGNATURE;
    long compressed = 0;
    Set<String> seen = new HashSet<>();
    for (; hasFrame(at) && !is(at, END); at = next(at)) {
      if (!isWhole(at)) {
        throw InvalidImage.undecodable(this);
      }
      if (is(at, PIXELS)) {
        compressed += Bytes.u32(file, at);
      } else if (!isNeeded(at) || !seen.add(type(at))) {
        // By ranges between dropped chunks, as most files have one or two of them.
        Bytes.copy(file, from, at, input);
        from = next(at);
      }
    }
    checkPixels(compressed);
    Bytes.copy(file, from, at, input);
    WHOLE_END.copyTo(input);
  }

  private void checkPixels(long compressed) {
    long pixelBytes = pixelBytes();
    if (!PngPixels.mayBeTooMany(compressed, pixelBytes)) {
      return;
    }
    try (PngPixels pixels = new PngPixels(pixelBytes)) {
      for (int at = SIGNATURE; isWhole(at) && !is(at, END); at = next(at)) {
        if (is(at, PIXELS)
            && pixels.areTooManyWith(file.substring(at + BEFORE_DATA, next(at) - CHECKSUM))) {
          throw InvalidImage.because(
              "is a PNG whose pixels unpack to more than %,d bytes beyond those of its size"
                  .formatted(PngPixels.MAX_SURPLUS));
        }
      }
    }
  }

  /**
   * An upper bound of the decompressed pixels: each row has a filter byte and ends with a whole
   * one.
   */
  private long pixelBytes() {
    long bytes =
        header()
            .map(header -> header.height() * (2 + header.width() * bitsPerPixel() / 8))
            .orElse(0L);
    // The seven passes have up to twice as many rows.
    return isInterlaced() ? 2 * bytes + (1 << 10) : bytes;
  }

  private boolean hasFrame(int at) {
    return file.size() - at >= BEFORE_DATA + CHECKSUM;
  }

  private boolean isWhole(int at) {
    return hasFrame(at) && Bytes.u32(file, at) <= file.size() - at - BEFORE_DATA - CHECKSUM;
  }

  /** The offset of the chunk after a whole one. */
  private int next(int at) {
    return at + BEFORE_DATA + (int) Bytes.u32(file, at) + CHECKSUM;
  }

  private boolean is(int at, String type) {
    return Bytes.has(file, at + 4, type);
  }

  private String type(int at) {
    return file.substring(at + 4, at + BEFORE_DATA).toString(StandardCharsets.ISO_8859_1);
  }

  private boolean isNeeded(int at) {
    return (Bytes.u8(file, at + 4) & ANCILLARY) == 0 || is(at, "tRNS");
  }

  private boolean isUndamaged(int at) {
    int end = next(at) - CHECKSUM;
    CRC32 checksum = new CRC32();
    checksum.update(file.substring(at + 4, end).asReadOnlyByteBuffer());
    return checksum.getValue() == Bytes.u32(file, end);
  }
}
