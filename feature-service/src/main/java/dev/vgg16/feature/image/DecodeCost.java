package dev.vgg16.feature.image;

import java.util.concurrent.TimeUnit;

/**
 * An upper bound of the processor time and memory that decoding an image takes, from its header.
 *
 * @param nanos on a processor of about 3 GHz; used to compare images
 * @param pixels in memory at a time
 */
public record DecodeCost(long nanos, long pixels) {

  /** Of an input that needs no decoding. */
  public static final DecodeCost NONE = new DecodeCost(0, 0);

  /** Images of more pixels are {@linkplain #isCostly() costly}; a photo of 16 megapixels is not. */
  static final long MAX_PIXELS = 1 << 24;

  /** About the time that an image takes on a CPU beside its decoding. */
  private static final long NANOS_OF_A_TURN = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long PIXELS_OF_A_TURN = MAX_PIXELS / 4;

  /** For the run of the backbone. */
  private static final int RUN_TURNS = 1;

  private static final int MAX_TURNS = RUN_TURNS + (int) (MAX_PIXELS / PIXELS_OF_A_TURN);

  static DecodeCost of(EncodedImage image, ImageHeader header, int bytes) {
    long pixels = header.pixels();
    DecodeRate rate = image.rate();
    return new DecodeCost(
        (long) (pixels * rate.nanosPerPixel() + bytes * rate.nanosPerByte()), pixels);
  }

  /** The batcher's turns that the image takes: 1 for a small photo. */
  public int turns() {
    long turns = RUN_TURNS + Math.max(nanos / NANOS_OF_A_TURN, (pixels - 1) / PIXELS_OF_A_TURN);
    return (int) Math.min(Integer.MAX_VALUE, turns);
  }

  /** Whether others must not wait until it is decoded. */
  public boolean isCostly() {
    return turns() > MAX_TURNS || pixels > MAX_PIXELS;
  }
}
