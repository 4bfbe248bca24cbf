package dev.vgg16.feature.image;

/**
 * The time to decode a kind of image: that of the slowest which was measured.
 *
 * @param nanosPerPixel for each pixel
 * @param nanosPerByte for each byte of the file, in addition
 */
record DecodeRate(double nanosPerPixel, double nanosPerByte) {

  DecodeRate withNanosPerByte(double nanos) {
    return new DecodeRate(nanosPerPixel, nanos);
  }
}
