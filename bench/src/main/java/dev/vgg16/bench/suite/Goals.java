package dev.vgg16.bench.suite;

import dev.vgg16.feature.backbone.BackboneOptions.ProviderChoice;
import dev.vgg16.feature.backbone.Precision;

/**
 * What is aimed at. The faster the backbone, the more what lies around it weighs.
 *
 * @param throughputRatio service over bare
 * @param addedMillis of an image that is alone, service less bare
 */
record Goals(double throughputRatio, double addedMillis) {

  /** The start of feature-service; OpenVINO compiles the model then. */
  static double startSeconds(ProviderChoice provider) {
    return provider == ProviderChoice.OPENVINO ? 1.6 : 1.5;
  }

  static Goals of(ProviderChoice provider, Precision precision) {
    if (provider == ProviderChoice.OPENVINO) {
      return new Goals(0.80, 2.5);
    }
    return precision == Precision.INT8 ? new Goals(0.92, 1.5) : new Goals(0.97, 2);
  }
}
