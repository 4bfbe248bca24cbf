package dev.vgg16.feature.backbone;

import static com.google.common.base.Preconditions.checkArgument;

import dev.vgg16.inference.onnx.Device;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which backbone to run, and on what.
 *
 * @param folder with {@code backbone.json}
 * @param precision empty: the best that the device is good at and whose file is there
 * @param deviceChoice which device
 * @param gpu the GPU, where one is used
 * @param instances most runs at a time; 0: as many as suit the device
 * @param threads of one run on a CPU; 0: what suits the instances
 * @param spinning whether idle session threads spin
 * @param maxBatch most images in one run; 0: what suits the device
 */
public record BackboneOptions(
    Path folder,
    Optional<Precision> precision,
    DeviceChoice deviceChoice,
    Device.Cuda gpu,
    int instances,
    int threads,
    boolean spinning,
    int maxBatch) {

  /** Which device to run on. */
  public enum DeviceChoice {
    /** A GPU if one can be used, else the CPU; the log says which and why. */
    AUTO,
    /** A GPU, or no start. */
    CUDA,
    /** The CPU. */
    CPU
  }

  /** Far more than any machine has use for; a mistyped number must not fill its memory. */
  private static final int MOST_THREADS = 1024;

  /** 300 MB of pixels; no device gains from more. */
  private static final int MAX_BATCH = 1024;

  /** Larger batches save no time there, and make the images of a batch wait for each other. */
  private static final int CPU_MAX_BATCH = 2;

  private static final int GPU_MAX_BATCH = 64;

  public BackboneOptions {
    checkArgument(
        maxBatch >= 0 && maxBatch <= MAX_BATCH,
        "--max-batch must be 0 to %s, not %s",
        MAX_BATCH,
        maxBatch);
    checkArgument(
        instances >= 0 && instances <= MOST_THREADS,
        "--instances must be 0 to %s, not %s",
        MOST_THREADS,
        instances);
    checkArgument(
        threads >= 0 && threads <= MOST_THREADS,
        "--threads must be 0 to %s, not %s",
        MOST_THREADS,
        threads);
  }

  int maxBatchOn(Device device) {
    int suitable = device instanceof Device.Cuda ? GPU_MAX_BATCH : CPU_MAX_BATCH;
    return maxBatch > 0 ? maxBatch : suitable;
  }

  SessionLayout layoutOn(Device device, int processors) {
    return SessionLayout.of(device, instances, threads, processors);
  }
}
