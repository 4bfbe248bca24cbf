package dev.vgg16.feature.image;

import java.util.concurrent.Semaphore;

/**
 * Bounds the pixels that are being decoded, and so the native memory for it: together no more than
 * one picture of the largest size allowed. Many small ones are decoded side by side, of the largest
 * ones one at a time. Thread-safe.
 */
final class PixelBudget {

  /** Pixels of one permit; keeps their number within an int. */
  private static final long UNIT = 4096;

  private final int permits;
  private final Semaphore free;

  PixelBudget(long maxPixels) {
    permits = units(maxPixels);
    // Fair, so that a large picture is not passed over for ever.
    free = new Semaphore(permits, true);
  }

  /** Waits until there is room for so many pixels; returns what gives it back. */
  Runnable take(long pixels) {
    int units = Math.min(units(pixels), permits);
    free.acquireUninterruptibly(units);
    return () -> free.release(units);
  }

  private static int units(long pixels) {
    return (int) Math.min(Integer.MAX_VALUE, (pixels + UNIT - 1) / UNIT);
  }
}
