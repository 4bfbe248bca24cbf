package dev.vgg16.feature.image;

import java.nio.ByteBuffer;

/**
 * Upright 8-bit RGB pixels in native memory, row by row without padding.
 *
 * <p>Closing it frees the memory.
 */
final class DecodedImage implements AutoCloseable {

  private final int width;
  private final int height;
  private final ByteBuffer rgb;
  private final Runnable free;

  /**
   * @param rgb height * width * 3 bytes
   */
  DecodedImage(int width, int height, ByteBuffer rgb, Runnable free) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
    this.free = free;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  ByteBuffer rgb() {
    return rgb;
  }

  @Override
  public void close() {
    free.run();
  }
}
