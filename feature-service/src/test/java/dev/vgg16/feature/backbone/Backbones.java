package dev.vgg16.feature.backbone;

import dev.vgg16.feature.backbone.BackboneOptions.DeviceChoice;
import dev.vgg16.inference.onnx.Device;
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
                DeviceChoice.CPU,
                new Device.Cuda(0, 0),
                1,
                threads,
                false,
                0),
            Set.of())
        .load();
  }

  static BackboneOptions onCpu(Path folder, Optional<Precision> precision, int instances) {
    return options(folder, precision, DeviceChoice.CPU, instances);
  }

  static BackboneOptions options(
      Path folder, Optional<Precision> precision, DeviceChoice device, int instances) {
    return new BackboneOptions(
        folder, precision, device, new Device.Cuda(0, 0), instances, 0, false, 0);
  }
}
