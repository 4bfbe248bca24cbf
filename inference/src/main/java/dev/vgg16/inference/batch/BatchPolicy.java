package dev.vgg16.inference.batch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * When an idle worker starts a run: at once when the batch is full or its oldest item has waited
 * {@code maxDelay}, and until then not. With a delay of zero it never waits. Pure: no clock, no
 * state.
 *
 * @param maxBatch the size at which waiting gains nothing
 * @param maxDelay the longest wait for company
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
