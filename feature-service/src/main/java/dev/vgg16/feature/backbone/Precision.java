package dev.vgg16.feature.backbone;

import java.util.Locale;

/** In what numbers a backbone computes. Its input and output are float32 in any case. */
public enum Precision {
  FP32,
  FP16,
  INT8;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
