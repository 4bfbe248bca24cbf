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
 * @param instances runs that may be under way at a time; 0: as many as suit the device
 * @param threads of one run on a CPU; 0: what suits the instances
 * @param spinning whether idle session threads spin
 */
public record BackboneOptions(
    Path folder,
    Optional<Precision> precision,
    DeviceChoice deviceChoice,
    Device.Cuda gpu,
    int instances,
    int threads,
    boolean spinning) {

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

  public BackboneOptions {
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

  SessionLayout layoutOn(Device device, int processors) {
    return SessionLayout.of(device, instances, threads, processors);
  }
}
