package dev.vgg16.feature.image;

/** The formats that are decoded. */
enum ImageFormat {
  JPEG("JPEG"),
  PNG("PNG"),
  WEBP("WebP");

  private final String title;

  ImageFormat(String title) {
    this.title = title;
  }

  @Override
  public String toString() {
    return title;
  }
}
