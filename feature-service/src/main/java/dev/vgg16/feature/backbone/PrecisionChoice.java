package dev.vgg16.feature.backbone;

import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The precision that is run.
 *
 * @param precision chosen
 * @param warnings why it is not the one that this device would like best
 */
record PrecisionChoice(Precision precision, List<String> warnings) {

  PrecisionChoice {
    warnings = List.copyOf(warnings);
  }

  /**
   * Chooses among the files that are there.
   *
   * @param asked empty: the best for the device
   * @throws ManifestException when no file fits
   */
  static PrecisionChoice choose(
      BackboneManifest manifest, Optional<Precision> asked, Device device, CpuFeatures cpu) {
    if (asked.isPresent()) {
      if (manifest.present(asked.get()).isEmpty()) {
        throw new ManifestException(missing(manifest, asked.get()));
      }
      return new PrecisionChoice(asked.get(), List.of());
    }
    List<String> warnings = new ArrayList<>();
    for (Precision precision : preferred(device, cpu)) {
      if (manifest.present(precision).isPresent()) {
        return new PrecisionChoice(precision, warnings);
      }
      warnings.add(missing(manifest, precision));
    }
    throw new ManifestException(
        manifest.id() + " has no model file at all: make them with `make models`");
  }

  /** Best first. */
  private static List<Precision> preferred(Device device, CpuFeatures cpu) {
    if (device instanceof Device.Cuda) {
      return List.of(Precision.FP16, Precision.FP32, Precision.INT8);
    }
    // Float16 comes last: a CPU computes it by way of float32.
    return cpu.int8DotProduct()
        ? List.of(Precision.INT8, Precision.FP32, Precision.FP16)
        : List.of(Precision.FP32, Precision.INT8, Precision.FP16);
  }

  private static String missing(BackboneManifest manifest, Precision precision) {
    return Optional.ofNullable(manifest.files().get(precision))
        .map(
            file ->
                "%s, the %s model, is missing: make it with `make models`"
                    .formatted(file.path(), precision))
        .orElse("%s has no %s model".formatted(manifest.id(), precision));
  }
}
