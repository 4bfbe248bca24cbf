package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;

/**
 * Refuses image files by their length, format and header, before native code reads them.
 * Thread-safe.
 */
final class HeaderCheck {

  private static final String SUPPORTED = "send the bytes of a JPEG, PNG or WebP file";

  private final ImageLimits limits;

  HeaderCheck(ImageLimits limits) {
    this.limits = limits;
  }

  /**
   * The file in its format.
   *
   * @throws ServingException {@code INVALID_INPUT}: empty, too long, or of an unknown format
   */
  EncodedImage open(ByteString file) {
    if (file.isEmpty()) {
      throw InvalidImage.because("is empty: " + SUPPORTED);
    }
    checkLength(file.size());
    return EncodedImage.of(file).orElseThrow(() -> unknown(file));
  }

  /**
   * @throws ServingException {@code INVALID_INPUT} when a file of so many bytes is too long
   */
  void checkLength(long bytes) {
    if (bytes > limits.maxBytes()) {
      throw InvalidImage.because(
          "has %,d bytes; at most %,d are allowed".formatted(bytes, limits.maxBytes()));
    }
  }

  /**
   * The header of a file.
   *
   * @throws ServingException {@code INVALID_INPUT}: it is damaged, or the image is too large
   */
  ImageHeader header(EncodedImage image) {
    ImageHeader header =
        image
            .header()
            .filter(size -> isLength(size.width()) && isLength(size.height()))
            .orElseThrow(() -> damaged(image));
    if (header.pixels() > limits.maxPixels()) {
      throw tooLarge(image, header, "at most %,d pixels are allowed".formatted(limits.maxPixels()));
    }
    if (Math.max(header.width(), header.height()) > image.maxSide()) {
      throw tooLarge(
          image,
          header,
          "at most %,d in width or height can be decoded".formatted(image.maxSide()));
    }
    return header;
  }

  /** No format allows more than an int, and the product of two such values could overflow. */
  private static boolean isLength(long pixels) {
    return pixels > 0 && pixels <= Integer.MAX_VALUE;
  }

  private static ServingException tooLarge(EncodedImage image, ImageHeader header, String limit) {
    return InvalidImage.because(
        "is a %s of %,d x %,d pixels; %s"
            .formatted(image.title(), header.width(), header.height(), limit));
  }

  private static ServingException damaged(EncodedImage image) {
    return InvalidImage.because(
        "is a damaged " + image.title() + ": its header has no width and height");
  }

  private static ServingException unknown(ByteString file) {
    if (Bytes.has(file, 0, "GIF8")) {
      return InvalidImage.because("is a GIF, which is not supported: " + SUPPORTED);
    }
    return InvalidImage.because(
        "is not an image of a known format (it begins with %s): %s"
            .formatted(firstBytes(file), SUPPORTED));
  }

  private static String firstBytes(ByteString file) {
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < Math.min(8, file.size()); i++) {
      hex.append(i == 0 ? "" : " ").append("%02x".formatted(Bytes.u8(file, i)));
    }
    return hex.toString();
  }
}
