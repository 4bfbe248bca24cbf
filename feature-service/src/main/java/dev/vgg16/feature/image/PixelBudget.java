package dev.vgg16.feature.image;

import java.util.concurrent.Semaphore;

/**
 * Bounds the pixels that are decoded at a time, and so the native memory for them. There is a
 * shared part, of the largest size that an image may have, and a reserve for images that are not
 * costly, which they use while the shared part is taken or others wait for it: so none of them ever
 * waits for a costly one. Thread-safe.
 */
final class PixelBudget {

  /** Pixels of one permit, so that the number of permits fits into an int. */
  private static final long UNIT = 4096;

  private final int permits;
  private final Semaphore shared;
  private final Semaphore reserve;

  PixelBudget(long maxPixels) {
    permits = units(maxPixels);
    // Fair, so that a large image is not overtaken for ever.
    shared = new Semaphore(permits, true);
    reserve = new Semaphore(Math.min(permits, units(DecodeCost.MAX_PIXELS)), true);
  }

  /** Waits until there is room for an image's pixels; the result releases it. */
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
