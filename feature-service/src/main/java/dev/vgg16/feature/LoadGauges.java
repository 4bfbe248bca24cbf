package dev.vgg16.feature;

import dev.vgg16.feature.load.ServiceLoad;
import dev.vgg16.feature.relay.HeadClient;
import dev.vgg16.inference.batch.Batcher;
import dev.vgg16.inference.batch.BatcherOptions;

/** What the service has to do now. */
record LoadGauges(Batcher<?, ?> batcher, BatcherOptions limits, HeadClient heads)
    implements ServiceLoad.Gauges {

  @Override
  public int queued() {
    return batcher.queueLength() + batcher.parkedItems();
  }

  @Override
  public int queueCapacity() {
    return limits.queueCapacity();
  }

  @Override
  public int unfinished() {
    return batcher.progress().unfinished();
  }

  @Override
  public int mapsAtHeads() {
    return heads.mapsInFlight() + heads.mapsWaiting();
  }

  @Override
  public int headReplicas() {
    return heads.replicas().available();
  }

  @Override
  public int headReplicasUnavailable() {
    return heads.replicas().unavailable();
  }
}
