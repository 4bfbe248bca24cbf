package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * A PNG. The decoder is given the chunks of the still picture, and an end of our own. OpenCV
 * allocates what a chunk claims as its length, up to 4 GiB, before it reads it; it crashes on
 * damaged animations; and it unpacks texts and colour profiles that nobody uses, which of a small
 * file takes many seconds.
 */
record PngFile(ByteString file) implements ImageFile {

  private static final int SIGNATURE = 8;

  /** A chunk's length and type, before its data, and its checksum behind. */
  private static final int BEFORE_DATA = 8;

  private static final int CHECKSUM = 4;

  private static final String PIXELS = "IDAT";
  private static final String END = "IEND";

  private static final ByteString WHOLE_END =
      ByteString.fromHex("00000000" + "49454E44" + "AE426082");

  /** In the first byte of a type: without it, no picture can be made without the chunk. */
  private static final int ANCILLARY = 0x20;

  /** In the byte behind IHDR's size, and those behind it. */
  private static final int DEPTH = 24;

  private static final int COLOUR_TYPE = 25;
  private static final int INTERLACE = 28;

  static boolean begins(ByteString file) {
    return Bytes.has(file, 0, "\u0089PNG\r\n\u001A\n");
  }

  @Override
  public ImageFormat format() {
    return ImageFormat.PNG;
  }

  /** IHDR, which comes first: PNG specification, 11.2.1. */
  @Override
  public Optional<ImageHeader> header() {
    if (Bytes.has(file, 12, "CgBI")) {
      throw ImageHeader.invalid(
          "is a PNG in Apple's form for iOS (CgBI), which is not supported: send a standard PNG");
    }
    if (file.size() < 24 || !Bytes.has(file, 12, "IHDR")) {
      return Optional.empty();
    }
    return Optional.of(new ImageHeader(ImageFormat.PNG, Bytes.u32(file, 16), Bytes.u32(file, 20)));
  }

  /** Of the first undamaged eXIf, which may stand behind the pixels too. */
  @Override
  public Orientation orientation() {
    for (int at = SIGNATURE; isWhole(at) && !is(at, END); at = next(at)) {
      if (is(at, "eXIf") && isUndamaged(at)) {
        Optional<Orientation> told =
            Exif.orientation(file.substring(at + BEFORE_DATA, next(at) - CHECKSUM));
        if (told.isPresent()) {
          return told.get();
        }
      }
    }
    return Orientation.UPRIGHT;
  }

  /** By the bytes of a pixel: all are unpacked, twice, and made to 8 bits and three channels. */
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

  /** Without its own end, which says nothing of the pixels and may be damaged or missing. */
  @Override
  public void writeTo(ByteBuffer decodable) {
    int from = 0;
    int at = SIGNATURE;
    long compressed = 0;
    Set<String> met = new HashSet<>();
    for (; hasFrame(at) && !is(at, END); at = next(at)) {
      if (!isWhole(at)) {
        throw ImageHeader.undecodable(ImageFormat.PNG);
      }
      if (is(at, PIXELS)) {
        compressed += Bytes.u32(file, at);
      } else if (!isNeeded(at) || !met.add(type(at))) {
        // By ranges, not chunk by chunk: most files have one or two.
        ImageFile.copy(file, from, at, decodable);
        from = next(at);
      }
    }
    checkPixels(compressed);
    ImageFile.copy(file, from, at, decodable);
    WHOLE_END.copyTo(decodable);
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
          throw ImageHeader.invalid(
              "is a PNG whose pixels unpack to more than %,d bytes beyond those of its size"
                  .formatted(PngPixels.MAX_SURPLUS));
        }
      }
    }
  }

  /** At most what they unpack to: each row begins with a byte of its own, and ends within one. */
  private long pixelBytes() {
    long bytes =
        header()
            .map(header -> header.height() * (2 + header.width() * bitsPerPixel() / 8))
            .orElse(0L);
    // Seven passes have up to twice as many rows.
    return isInterlaced() ? 2 * bytes + (1 << 10) : bytes;
  }

  private boolean hasFrame(int at) {
    return file.size() - at >= BEFORE_DATA + CHECKSUM;
  }

  private boolean isWhole(int at) {
    return hasFrame(at) && Bytes.u32(file, at) <= file.size() - at - BEFORE_DATA - CHECKSUM;
  }

  /** Where the chunk behind a whole one begins. */
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
