package dev.vgg16.feature.backbone;

import static com.google.common.base.Preconditions.checkArgument;

import dev.vgg16.serving.onnx.Device;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which backbone to run, and on what.
 *
 * @param folder with {@code backbone.json}
 * @param precision empty: the best that the device is good at and whose file is there
 * @param deviceChoice which device
 * @param gpu the GPU, where one is used
 * @param instances sessions, each with a thread of its own; 0: 1 on a CPU, 2 on a GPU
 * @param threads of one run on a CPU; 0: the processors divided among the instances
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

  public BackboneOptions {
    checkArgument(instances >= 0, "instances must not be negative, was %s", instances);
    checkArgument(threads >= 0, "threads must not be negative, was %s", threads);
  }

  int instancesOn(Device device) {
    if (instances > 0) {
      return instances;
    }
    // On a GPU, one batch runs while the maps of the one before are handed on.
    return device instanceof Device.Cuda ? 2 : 1;
  }

  int threadsFor(int instanceCount, int processors) {
    return threads > 0 ? threads : Math.max(1, processors / instanceCount);
  }
}
