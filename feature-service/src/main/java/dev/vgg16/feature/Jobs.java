package dev.vgg16.feature;

import dev.vgg16.feature.cache.FeatureCache;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.inference.batch.Batcher;
import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.inference.onnx.RowBuffer;
import java.util.function.Consumer;

/** Where the API's jobs go: to the batcher, or to the cache in front of it. */
record Jobs(Consumer<ImageJob> submit, Consumer<FlowKey> removeCancelled) {

  static Jobs of(Batcher<ImageJob, RowBuffer> batcher) {
    return new Jobs(batcher::submit, batcher::removeCancelled);
  }

  static Jobs through(FeatureCache cache, Batcher<ImageJob, RowBuffer> batcher) {
    return new Jobs(
        cache::submit, call -> cache.flowsCancelledWith(call).forEach(batcher::removeCancelled));
  }
}
