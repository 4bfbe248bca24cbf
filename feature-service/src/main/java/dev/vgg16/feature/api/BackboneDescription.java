package dev.vgg16.feature.api;

import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.feature.backbone.BackboneManifest;
import dev.vgg16.feature.image.ImageLimits;
import dev.vgg16.inference.manifest.Layer;
import dev.vgg16.v1.GetBackboneResponse;

/** The message that describes a loaded backbone. */
public final class BackboneDescription {

  private BackboneDescription() {}

  public static GetBackboneResponse of(Backbone backbone, ImageLimits limits, int maxBatch) {
    BackboneManifest manifest = backbone.manifest();
    GetBackboneResponse.Builder message =
        GetBackboneResponse.newBuilder()
            .setId(manifest.id())
            .setName(manifest.name())
            .setPreprocessing(manifest.preprocessing().toString())
            .setWeightsSha256(manifest.weightsSha256())
            .addAllInputShape(manifest.inputShape())
            .addAllOutputShape(manifest.outputShape())
            .setParameters(manifest.parameters())
            .setPrecision(backbone.precision().toString())
            .setDevice(backbone.provider().device())
            .setExecutionProvider(backbone.provider().toString())
            .setMaxImageBytes(limits.maxBytes())
            .setMaxBatch(maxBatch);
    manifest.layers().forEach(layer -> message.addLayers(message(layer)));
    return message.build();
  }

  /** Also in head-service: no module that both use knows manifests and the contract. */
  private static dev.vgg16.v1.Layer message(Layer layer) {
    return dev.vgg16.v1.Layer.newBuilder()
        .setName(layer.name())
        .setType(layer.type())
        .addAllOutputShape(layer.outputShape())
        .setParameters(layer.parameters())
        .build();
  }
}
