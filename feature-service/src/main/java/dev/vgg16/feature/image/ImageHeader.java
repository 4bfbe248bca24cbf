package dev.vgg16.feature.image;

/**
 * The size of an image, as its header tells.
 *
 * @param width in pixels, as stored (before any EXIF rotation)
 * @param height in pixels, as stored
 */
record ImageHeader(long width, long height) {

  long pixels() {
    return width * height;
  }
}
