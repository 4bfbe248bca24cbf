package dev.vgg16.feature.backbone;

import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.ExecutionProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The precision that is run.
 *
 * @param precision chosen
 * @param warnings why it is not the one that this provider would like best
 */
record PrecisionChoice(Precision precision, List<String> warnings) {

  PrecisionChoice {
    warnings = List.copyOf(warnings);
  }

  /**
   * Chooses among the files that are there.
   *
   * @param asked empty: the best for the provider
   * @throws ManifestException when no file fits, or the provider has no such precision
   */
  static PrecisionChoice choose(
      BackboneManifest manifest,
      Optional<Precision> asked,
      ExecutionProvider provider,
      CpuFeatures cpu) {
    if (asked.isPresent()) {
      requirePossible(asked.get(), provider, cpu);
      if (manifest.present(asked.get()).isEmpty()) {
        throw new ManifestException(missing(manifest, asked.get()));
      }
      return new PrecisionChoice(asked.get(), List.of());
    }
    List<String> warnings = new ArrayList<>();
    for (Precision precision : preferred(provider, cpu)) {
      if (manifest.present(precision).isPresent()) {
        return new PrecisionChoice(precision, warnings);
      }
      String missing = missing(manifest, precision);
      if (!warnings.contains(missing)) {
        warnings.add(missing);
      }
    }
    throw new ManifestException(
        manifest.id() + " has no model file at all: make them with `make models`");
  }

  private static void requirePossible(
      Precision precision, ExecutionProvider provider, CpuFeatures cpu) {
    if (precision != Precision.BF16) {
      return;
    }
    if (!(provider instanceof ExecutionProvider.OpenVino)) {
      throw new ManifestException(
          "--precision bf16 is for --execution-provider openvino, not " + provider);
    }
    if (!cpu.bfloat16()) {
      // OpenVINO would compute in float32 and not say so.
      throw new ManifestException(
          "--precision bf16 needs a processor with AMX or AVX-512 BF16, and this one has neither");
    }
  }

  /** Best first. */
  private static List<Precision> preferred(ExecutionProvider provider, CpuFeatures cpu) {
    if (provider instanceof ExecutionProvider.Cuda) {
      return List.of(Precision.FP16, Precision.FP32, Precision.INT8);
    }
    List<Precision> best = new ArrayList<>();
    if (cpu.int8DotProduct()) {
      best.add(Precision.INT8);
    }
    if (provider instanceof ExecutionProvider.OpenVino && cpu.bfloat16()) {
      best.add(Precision.BF16);
    }
    best.add(Precision.FP32);
    best.add(Precision.INT8);
    // A processor computes float16 by way of float32.
    best.add(Precision.FP16);
    return best.stream().distinct().toList();
  }

  private static String missing(BackboneManifest manifest, Precision precision) {
    return Optional.ofNullable(manifest.files().get(precision.ofFile()))
        .map(
            file ->
                "%s, the %s model, is missing: make it with `make models`"
                    .formatted(file.path(), precision.ofFile()))
        .orElse("%s has no %s model".formatted(manifest.id(), precision.ofFile()));
  }
}
