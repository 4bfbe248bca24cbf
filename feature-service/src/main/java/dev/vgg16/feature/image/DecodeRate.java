package dev.vgg16.feature.image;

/**
 * How long a kind of image takes to decode, at most: the slowest of its kind that was found.
 *
 * @param nanosPerPixel whatever the pixels are
 * @param nanosPerByte of the file, beside that
 */
record DecodeRate(double nanosPerPixel, double nanosPerByte) {

  DecodeRate withNanosPerByte(double nanos) {
    return new DecodeRate(nanosPerPixel, nanos);
  }
}
