package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;

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
    return read(open(file, limits), limits);
  }

  /**
   * The file as one of a known format.
   *
   * @throws ServingException {@code INVALID_INPUT}: empty, too large, or of another format
   */
  static ImageFile open(ByteString file, ImageLimits limits) {
    if (file.isEmpty()) {
      throw invalid("is empty: " + WANTED);
    }
    if (file.size() > limits.maxBytes()) {
      throw tooLong(file.size(), limits);
    }
    return ImageFile.of(file).orElseThrow(() -> unknown(file));
  }

  /**
   * The header of a file.
   *
   * @throws ServingException {@code INVALID_INPUT}: it has none, or says a size that is not allowed
   */
  static ImageHeader read(ImageFile file, ImageLimits limits) {
    ImageHeader header =
        file.header()
            .filter(h -> isLength(h.width) && isLength(h.height))
            .orElseThrow(() -> damaged(file));
    if (header.width * header.height > limits.maxPixels()) {
      throw header.tooLarge("at most %,d pixels are allowed".formatted(limits.maxPixels()));
    }
    int maxSide = header.format.maxSide();
    if (Math.max(header.width, header.height) > maxSide) {
      throw header.tooLarge("at most %,d in width or height can be decoded".formatted(maxSide));
    }
    return header;
  }

  /** Beyond an int no format goes, and the product of two could overflow. */
  private static boolean isLength(long pixels) {
    return pixels > 0 && pixels <= Integer.MAX_VALUE;
  }

  private ServingException tooLarge(String limit) {
    return invalid("is a %s of %,d x %,d pixels; %s".formatted(format, width, height, limit));
  }

  static ServingException tooLong(long bytes, ImageLimits limits) {
    return invalid("has %,d bytes; at most %,d are allowed".formatted(bytes, limits.maxBytes()));
  }

  static ServingException invalid(String problem) {
    return ServingException.invalidInput(FIELD, problem);
  }

  static ServingException undecodable(ImageFormat format) {
    return invalid("is a " + format + " that can't be decoded: it is truncated or damaged");
  }

  private static ServingException damaged(ImageFile file) {
    return invalid("is a damaged " + file.format() + ": its header has no width and height");
  }

  private static ServingException unknown(ByteString file) {
    if (Bytes.has(file, 0, "GIF8")) {
      return invalid("is a GIF, which is not supported: " + WANTED);
    }
    return invalid(
        "is not an image of a known format (it begins with %s): %s"
            .formatted(firstBytes(file), WANTED));
  }

  private static String firstBytes(ByteString file) {
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < Math.min(8, file.size()); i++) {
      hex.append(i == 0 ? "" : " ").append("%02x".formatted(Bytes.u8(file, i)));
    }
    return hex.toString();
  }
}
