package dev.vgg16.feature.backbone;

import dev.vgg16.feature.backbone.BackboneOptions.ProviderChoice;
import dev.vgg16.inference.onnx.ExecutionProvider;
import dev.vgg16.inference.onnx.OutputForm;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Backbones for tests. */
public final class Backbones {

  /** The means of 4x4 pixels: see make_tiny.py. */
  public static final Path TINY = Path.of("src", "test", "resources", "backbones", "tiny");

  /** The real one; its int8 file is part of the project. */
  public static final Path VGG16 = Path.of("..", "models", "backbones", "vgg16-160");

  private static final ExecutionProvider.Cuda CUDA = new ExecutionProvider.Cuda(0, 0);

  /** As {@code bin/fetch-openvino} fetches it. */
  static final ExecutionProvider.OpenVino OPENVINO =
      new ExecutionProvider.OpenVino(Path.of("target", "openvino"));

  private Backbones() {}

  public static Backbone tiny() {
    return tiny(Set.of());
  }

  public static Backbone vgg16() {
    return vgg16(Precision.INT8, Set.of());
  }

  public static Backbone tiny(Set<OutputForm> forms) {
    return new BackboneLoader(onCpu(TINY, Optional.empty(), 2), forms).load();
  }

  static Backbone vgg16(Precision precision, Set<OutputForm> forms) {
    return new BackboneLoader(onCpu(VGG16, Optional.of(precision), 1), forms).load();
  }

  static Backbone vgg16(Precision precision, int threads) {
    return new BackboneLoader(
            new BackboneOptions(
                VGG16,
                Optional.of(precision),
                ProviderChoice.CPU,
                CUDA,
                OPENVINO,
                1,
                threads,
                false,
                0),
            Set.of())
        .load();
  }

  static BackboneOptions onCpu(Path folder, Optional<Precision> precision, int instances) {
    return options(folder, precision, ProviderChoice.CPU, instances);
  }

  static BackboneOptions options(
      Path folder, Optional<Precision> precision, ProviderChoice provider, int instances) {
    return new BackboneOptions(folder, precision, provider, CUDA, OPENVINO, instances, 0, false, 0);
  }
}
