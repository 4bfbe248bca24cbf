package dev.vgg16.feature.image;

import java.util.concurrent.Semaphore;

/**
 * Bounds the pixels that are being decoded, and so the native memory for it: together no more than
 * one picture of the largest size allowed, and for pictures that are not costly a quarter of the
 * default once more. Those take the first part where nobody waits for it, else the second: so none
 * of them ever waits for a costly one. Thread-safe.
 */
final class PixelBudget {

  /** Pixels of one permit; keeps their number within an int. */
  private static final long UNIT = 4096;

  private final int permits;
  private final Semaphore shared;
  private final Semaphore reserve;

  PixelBudget(long maxPixels) {
    permits = units(maxPixels);
    // Fair, so that a large picture is not passed over for ever.
    shared = new Semaphore(permits, true);
    reserve = new Semaphore(Math.min(permits, units(DecodeCost.MOST_PIXELS)), true);
  }

  /** Waits until there is room for an image's pixels; returns what gives it back. */
  Runnable take(DecodeCost cost) {
    int units = Math.min(units(cost.pixels()), permits);
    if (cost.isCostly()) {
      shared.acquireUninterruptibly(units);
      return () -> shared.release(units);
    }
    if (!shared.hasQueuedThreads() && shared.tryAcquire(units)) {
      return () -> shared.release(units);
    }
    reserve.acquireUninterruptibly(units);
    return () -> reserve.release(units);
  }

  private static int units(long pixels) {
    return (int) Math.min(Integer.MAX_VALUE, (pixels + UNIT - 1) / UNIT);
  }
}
