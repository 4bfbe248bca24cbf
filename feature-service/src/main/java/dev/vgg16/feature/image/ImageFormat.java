package dev.vgg16.feature.image;

/** The formats that are decoded. */
enum ImageFormat {
  /** libjpeg's JPEG_MAX_DIMENSION. */
  JPEG("JPEG", 65_500),
  /** libpng's PNG_USER_WIDTH_MAX and PNG_USER_HEIGHT_MAX. */
  PNG("PNG", 1_000_000),
  /** RFC 9649, 2.7.1: the width of a canvas has 24 bits. */
  WEBP("WebP", 1 << 24);

  private final String title;
  private final int maxSide;

  ImageFormat(String title, int maxSide) {
    this.title = title;
    this.maxSide = maxSide;
  }

  /** The width or height, in pixels, beyond which the decoder refuses whatever there is. */
  int maxSide() {
    return maxSide;
  }

  @Override
  public String toString() {
    return title;
  }
}
