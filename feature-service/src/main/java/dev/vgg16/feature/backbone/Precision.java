package dev.vgg16.feature.backbone;

import java.util.Locale;

/** In what numbers a backbone computes. Its input and output are float32 in any case. */
public enum Precision {
  FP32,
  FP16,
  /** From the float32 model: the provider rounds its weights and maps. */
  BF16,
  INT8;

  /** The precision of the model file that it is computed from. */
  Precision ofFile() {
    return this == BF16 ? FP32 : this;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
