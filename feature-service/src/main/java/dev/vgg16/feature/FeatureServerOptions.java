package dev.vgg16.feature;

import static com.google.common.base.Preconditions.checkArgument;

import dev.vgg16.feature.backbone.BackboneOptions;
import dev.vgg16.feature.cache.CacheOptions;
import dev.vgg16.feature.image.ImageLimits;
import dev.vgg16.feature.relay.HeadClientOptions;
import dev.vgg16.feature.relay.WireOptions;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.management.ManagementOptions;
import dev.vgg16.service.outcome.ItemOptions;

/**
 * How the feature service runs; each part checks its own values when made.
 *
 * @param grpc how it listens
 * @param backbone what it runs
 * @param heads where its maps go
 * @param headSecurity how it reaches them
 * @param wire in which form
 * @param images what it decodes
 * @param batching how images become batches
 * @param cache which maps it keeps
 * @param streamWindow items that a stream may have unanswered
 * @param management where it tells how it is
 * @param items what it tells of the items that it is asked for
 */
public record FeatureServerOptions(
    GrpcServerOptions grpc,
    BackboneOptions backbone,
    HeadClientOptions heads,
    ClientSecurityOptions headSecurity,
    WireOptions wire,
    ImageLimits images,
    BatchingOptions batching,
    CacheOptions cache,
    int streamWindow,
    ManagementOptions management,
    ItemOptions items) {

  public FeatureServerOptions {
    checkArgument(streamWindow > 0, "--stream-window must be at least 1, not %s", streamWindow);
    checkArgument(
        batching.queueBytes() >= images.maxBytes(),
        "--queue-bytes (%s) must hold at least one image of --max-image-bytes (%s)",
        batching.queueBytes(),
        images.maxBytes());
  }
}
