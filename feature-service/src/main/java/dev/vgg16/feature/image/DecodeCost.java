package dev.vgg16.feature.image;

import java.util.concurrent.TimeUnit;

/**
 * What an image's decoding takes of what all images share, at most, as far as its header tells:
 * time of a processor, and memory.
 *
 * @param nanos of a processor of some 3 GHz; what counts is how it compares with others
 * @param pixels that are in memory at a time
 */
public record DecodeCost(long nanos, long pixels) {

  /** Of what needs no decoding. */
  public static final DecodeCost NONE = new DecodeCost(0, 0);

  /** Of an image that is not {@linkplain #isCostly() costly}: a photo of 16 megapixels is none. */
  static final long MOST_PIXELS = 1 << 24;

  /** About what the backbone takes for an image on a CPU, with what is around it. */
  private static final long NANOS_OF_A_TURN = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long PIXELS_OF_A_TURN = MOST_PIXELS / 4;

  /** What an image takes beside its decoding. */
  private static final int RUN = 1;

  private static final int MOST_TURNS = RUN + (int) (MOST_PIXELS / PIXELS_OF_A_TURN);

  static DecodeCost of(ImageFile file, ImageHeader header, int bytes) {
    long pixels = header.width() * header.height();
    DecodeRate rate = file.rate();
    return new DecodeCost(
        (long) (pixels * rate.nanosPerPixel() + bytes * rate.nanosPerByte()), pixels);
  }

  /** Turns in the round robin of the clients: 1 for a small photo. */
  public int turns() {
    long turns = RUN + Math.max(nanos / NANOS_OF_A_TURN, (pixels - 1) / PIXELS_OF_A_TURN);
    return (int) Math.min(Integer.MAX_VALUE, turns);
  }

  /** Whether others must not wait while it is decoded. */
  public boolean isCostly() {
    return turns() > MOST_TURNS || pixels > MOST_PIXELS;
  }
}
