package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import dev.vgg16.serving.fault.ServingException;
import java.util.Optional;

/**
 * What the first bytes of an image file say of it. It is read before any decoder sees the file, so
 * that only known formats of a sane size reach native code.
 *
 * @param format by the magic bytes
 * @param width in pixels, as stored (before any EXIF rotation)
 * @param height in pixels, as stored
 */
record ImageHeader(ImageFormat format, long width, long height) {

  private static final String FIELD = "image.encoded";
  private static final String WANTED = "send the bytes of a JPEG, PNG or WebP file";

  /**
   * Reads the header of a file.
   *
   * @throws ServingException {@code INVALID_INPUT}: empty, too large, of another format, or without
   *     a size
   */
  static ImageHeader read(ByteString file, ImageLimits limits) {
    if (file.isEmpty()) {
      throw invalid("is empty: " + WANTED);
    }
    if (file.size() > limits.maxBytes()) {
      throw invalid(
          "has %,d bytes; at most %,d are allowed".formatted(file.size(), limits.maxBytes()));
    }
    ImageFormat format = format(file);
    ImageHeader header =
        size(file, format)
            .orElseThrow(
                () -> invalid("is a damaged " + format + ": its header has no width and height"));
    if (header.width * header.height > limits.maxPixels()) {
      throw invalid(
          "is a %s of %,d x %,d pixels; at most %,d pixels are allowed"
              .formatted(format, header.width, header.height, limits.maxPixels()));
    }
    return header;
  }

  static ServingException invalid(String problem) {
    return ServingException.invalidInput(FIELD, problem);
  }

  private static ImageFormat format(ByteString file) {
    if (startsWith(file, 0, 0xFF, 0xD8, 0xFF)) {
      return ImageFormat.JPEG;
    }
    if (startsWith(file, 0, 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A)) {
      return ImageFormat.PNG;
    }
    if (startsWith(file, 0, 'R', 'I', 'F', 'F') && startsWith(file, 8, 'W', 'E', 'B', 'P')) {
      return ImageFormat.WEBP;
    }
    if (startsWith(file, 0, 'G', 'I', 'F', '8')) {
      throw invalid("is a GIF, which is not supported: " + WANTED);
    }
    throw invalid(
        "is not an image of a known format (it begins with %s): %s"
            .formatted(firstBytes(file), WANTED));
  }

  private static Optional<ImageHeader> size(ByteString file, ImageFormat format) {
    Optional<ImageHeader> header =
        switch (format) {
          case JPEG -> jpeg(file);
          case PNG -> png(file);
          case WEBP -> webp(file);
        };
    // Beyond an int no format goes, and the product below could overflow.
    return header.filter(h -> isLength(h.width) && isLength(h.height));
  }

  private static boolean isLength(long pixels) {
    return pixels > 0 && pixels <= Integer.MAX_VALUE;
  }

  /** The frame header, ITU-T T.81 B.2.2, found by walking the marker segments before it. */
  private static Optional<ImageHeader> jpeg(ByteString file) {
    int at = 2;
    while (at + 9 <= file.size()) {
      if (u8(file, at) != 0xFF) {
        return Optional.empty();
      }
      int marker = u8(file, at + 1);
      if (marker == 0x00) {
        // No marker. A decoder passes over it, and so would find another frame than is found here.
        return Optional.empty();
      }
      if (marker == 0xFF) {
        // A fill byte.
        at++;
      } else if (isStandalone(marker)) {
        at += 2;
      } else if (isFrame(marker)) {
        return Optional.of(new ImageHeader(ImageFormat.JPEG, u16(file, at + 7), u16(file, at + 5)));
      } else {
        at += 2 + u16(file, at + 2);
      }
    }
    return Optional.empty();
  }

  /** TEM and RST0 to RST7 have no length. */
  private static boolean isStandalone(int marker) {
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
  }

  /** SOF0 to SOF15; DHT, JPG and DAC share their range. */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  /** IHDR, which comes first: PNG specification, 11.2.1. */
  private static Optional<ImageHeader> png(ByteString file) {
    if (file.size() < 24 || !startsWith(file, 12, 'I', 'H', 'D', 'R')) {
      return Optional.empty();
    }
    return Optional.of(new ImageHeader(ImageFormat.PNG, u32(file, 16), u32(file, 20)));
  }

  /** The first chunk: RFC 9649, 2.5 to 2.7 and 3.4; VP8 frame header, RFC 6386, 9.1. */
  private static Optional<ImageHeader> webp(ByteString file) {
    if (file.size() < 30) {
      return Optional.empty();
    }
    if (startsWith(file, 12, 'V', 'P', '8', 'X')) {
      return Optional.of(webp(1 + u24le(file, 24), 1 + u24le(file, 27)));
    }
    if (startsWith(file, 12, 'V', 'P', '8', 'L')) {
      long bits = u24le(file, 21) | (long) u8(file, 24) << 24;
      return Optional.of(webp(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)));
    }
    if (startsWith(file, 12, 'V', 'P', '8', ' ')) {
      return Optional.of(webp(u16le(file, 26) & 0x3FFF, u16le(file, 28) & 0x3FFF));
    }
    return Optional.empty();
  }

  private static ImageHeader webp(long width, long height) {
    return new ImageHeader(ImageFormat.WEBP, width, height);
  }

  private static boolean startsWith(ByteString file, int at, int... bytes) {
    if (file.size() < at + bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (u8(file, at + i) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private static int u8(ByteString file, int at) {
    return file.byteAt(at) & 0xFF;
  }

  private static int u16(ByteString file, int at) {
    return u8(file, at) << 8 | u8(file, at + 1);
  }

  private static long u32(ByteString file, int at) {
    return (long) u16(file, at) << 16 | u16(file, at + 2);
  }

  private static int u16le(ByteString file, int at) {
    return u8(file, at) | u8(file, at + 1) << 8;
  }

  private static int u24le(ByteString file, int at) {
    return u16le(file, at) | u8(file, at + 2) << 16;
  }

  private static String firstBytes(ByteString file) {
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < Math.min(8, file.size()); i++) {
      hex.append(i == 0 ? "" : " ").append("%02x".formatted(u8(file, i)));
    }
    return hex.toString();
  }
}
