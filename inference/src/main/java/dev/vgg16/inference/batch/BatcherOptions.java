package dev.vgg16.inference.batch;

import static com.google.common.base.Preconditions.checkArgument;

import java.time.Duration;

/**
 * Options of a {@link Batcher}.
 *
 * @param maxBatch the most items in one run
 * @param maxDelay how long a run may wait for more items while a worker is idle, counted from the
 *     submission of the oldest of them; zero: never wait
 * @param queueCapacity the most items that wait for a preparer
 * @param queueBytes the most bytes that those items hold
 * @param preparers threads that prepare items
 * @param workers threads that run batches
 */
public record BatcherOptions(
    int maxBatch,
    Duration maxDelay,
    int queueCapacity,
    long queueBytes,
    int preparers,
    int workers) {

  public BatcherOptions {
    checkArgument(maxBatch >= 1, "--max-batch must be at least 1, not %s", maxBatch);
    if (maxDelay.isNegative()) {
      throw new IllegalArgumentException(
          "--max-delay-ms must not be negative, was " + maxDelay.toMillis());
    }
    checkArgument(queueCapacity >= 1, "--queue-capacity must be at least 1, not %s", queueCapacity);
    checkArgument(queueBytes >= 1, "--queue-bytes must be at least 1, not %s", queueBytes);
    checkArgument(preparers >= 1, "preparers must be at least 1, not %s", preparers);
    checkArgument(workers >= 1, "workers must be at least 1, not %s", workers);
  }

  /**
   * How many {@linkplain BatchItem#isCostly() costly} items are prepared at a time: half of the
   * preparers. With a single preparer, other items wait for them.
   */
  int maxCostly() {
    return Math.max(1, preparers / 2);
  }
}
