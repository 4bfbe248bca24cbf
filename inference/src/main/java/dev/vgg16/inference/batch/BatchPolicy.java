package dev.vgg16.inference.batch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * When an idle worker starts a run: as soon as the batch is full or its oldest item has waited
 * {@code maxDelay}. With a delay of zero it never waits. Stateless.
 *
 * @param maxBatch the size of a full batch
 * @param maxDelay how long an item waits at most for others to join its batch
 */
record BatchPolicy(int maxBatch, Duration maxDelay) {

  /**
   * @param size items in the batch, at least 1
   * @param waited how long the oldest of them has waited, in nanoseconds
   * @return how long the run should still wait, in nanoseconds; 0 or less: start now
   */
  long nanosToWait(int size, long waited) {
    // Saturates, where Duration.toNanos would throw.
    return size >= maxBatch ? 0 : TimeUnit.NANOSECONDS.convert(maxDelay) - waited;
  }
}
