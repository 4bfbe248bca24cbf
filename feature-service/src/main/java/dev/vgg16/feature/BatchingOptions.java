package dev.vgg16.feature;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import dev.vgg16.inference.batch.BatcherOptions;
import dev.vgg16.inference.onnx.Device;
import java.time.Duration;

/**
 * How images are queued, decoded and batched.
 *
 * @param maxBatch 0: what suits the device
 * @param maxDelay how long an idle backbone waits for a fuller batch
 * @param queueCapacity images that may wait
 * @param queueBytes bytes that may wait
 * @param decoders threads that decode, which the batcher calls preparers; 0: as many as there are
 *     processors, 2 to 16
 */
public record BatchingOptions(
    int maxBatch, Duration maxDelay, int queueCapacity, long queueBytes, int decoders) {

  /** 64 MiB. */
  public static final long DEFAULT_QUEUE_BYTES = 1L << 26;

  /** 300 MB of pixels; no device gains from more. */
  private static final int MAX_BATCH = 1024;

  /** Far more than any machine has use for; a mistyped number must not fill its memory. */
  private static final int MAX_THREADS = 1024;

  /** Larger batches save no time there, and make the images of a batch wait for each other. */
  private static final int CPU_MAX_BATCH = 2;

  private static final int GPU_MAX_BATCH = 64;

  /** A costly image occupies one; the other decodes the rest. */
  private static final int MIN_DEFAULT_DECODERS = 2;

  /** Each may hold a message and a decoded picture. */
  private static final int MAX_DEFAULT_DECODERS = 16;

  public BatchingOptions {
    checkArgument(
        maxBatch >= 0 && maxBatch <= MAX_BATCH,
        "--max-batch must be 0 to %s, not %s",
        MAX_BATCH,
        maxBatch);
    checkArgument(queueCapacity >= 1, "--queue-capacity must be at least 1, not %s", queueCapacity);
    checkArgument(
        decoders >= 0 && decoders <= MAX_THREADS,
        "--decoders must be 0 to %s, not %s",
        MAX_THREADS,
        decoders);
  }

  /**
   * The options of a batcher on this device.
   *
   * @param instances runs at a time
   */
  BatcherOptions on(Device device, int instances, int processors) {
    int suitableBatch = device instanceof Device.Cuda ? GPU_MAX_BATCH : CPU_MAX_BATCH;
    int suitableDecoders =
        Ints.constrainToRange(processors, MIN_DEFAULT_DECODERS, MAX_DEFAULT_DECODERS);
    return new BatcherOptions(
        maxBatch > 0 ? maxBatch : suitableBatch,
        maxDelay,
        queueCapacity,
        queueBytes,
        decoders > 0 ? decoders : suitableDecoders,
        instances);
  }
}
