package dev.vgg16.feature;

import dev.vgg16.feature.cache.FeatureCache.Backlog;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.inference.batch.Batcher;
import dev.vgg16.inference.batch.FlowKey;

/** Jobs of images that the cache does not have go to the batcher. */
record BatcherBacklog(Batcher<ImageJob, ?> batcher) implements Backlog {

  @Override
  public void submit(ImageJob job) {
    batcher.submit(job);
  }

  @Override
  public boolean expedite(ImageJob job, FlowKey from, FlowKey to) {
    return batcher.expedite(job, from, to);
  }
}
