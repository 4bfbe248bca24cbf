package dev.vgg16.feature;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import dev.vgg16.inference.batch.BatcherOptions;
import java.time.Duration;

/**
 * How images are queued, decoded and batched.
 *
 * @param maxDelay how long an idle backbone waits for a fuller batch
 * @param queueCapacity images that may wait
 * @param queueBytes bytes that may wait
 * @param decoders threads that decode, which the batcher calls preparers; 0: as many as there are
 *     processors, 2 to 16
 */
public record BatchingOptions(Duration maxDelay, int queueCapacity, long queueBytes, int decoders) {

  /** 64 MiB. */
  public static final long DEFAULT_QUEUE_BYTES = 1L << 26;

  /** Far more than any machine has use for; a mistyped number must not fill its memory. */
  private static final int MAX_THREADS = 1024;

  /** A costly image occupies one; the other decodes the rest. */
  private static final int MIN_DEFAULT_DECODERS = 2;

  /** Each may hold a message and a decoded picture. */
  private static final int MAX_DEFAULT_DECODERS = 16;

  public BatchingOptions {
    checkArgument(queueCapacity >= 1, "--queue-capacity must be at least 1, not %s", queueCapacity);
    checkArgument(
        decoders >= 0 && decoders <= MAX_THREADS,
        "--decoders must be 0 to %s, not %s",
        MAX_THREADS,
        decoders);
  }

  /**
   * The options of a batcher.
   *
   * @param maxBatch most images in one run
   * @param instances runs at a time
   */
  BatcherOptions of(int maxBatch, int instances, int processors) {
    int suitableDecoders =
        Ints.constrainToRange(processors, MIN_DEFAULT_DECODERS, MAX_DEFAULT_DECODERS);
    return new BatcherOptions(
        maxBatch,
        maxDelay,
        queueCapacity,
        queueBytes,
        decoders > 0 ? decoders : suitableDecoders,
        instances);
  }
}
