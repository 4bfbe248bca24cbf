package dev.vgg16.feature;

import static com.google.common.base.Preconditions.checkArgument;

import dev.vgg16.feature.backbone.BackboneOptions;
import dev.vgg16.feature.cache.CacheOptions;
import dev.vgg16.feature.http.HttpOptions;
import dev.vgg16.feature.image.ImageLimits;
import dev.vgg16.feature.relay.HeadClientOptions;
import dev.vgg16.feature.relay.WireOptions;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.management.ManagementOptions;
import dev.vgg16.service.outcome.ItemOptions;

/**
 * The options of the feature service; each component checks its own values.
 *
 * @param grpc of the server
 * @param backbone which model to run, and on what
 * @param heads the connection to the head service
 * @param headSecurity TLS and token of that connection
 * @param wire the form of the maps that are sent on it
 * @param images limits of images
 * @param batching how images are queued, decoded and batched
 * @param cache size of the cache of maps
 * @param streamWindow items that a stream may have unanswered
 * @param balancing of callers over replicas
 * @param http the HTTP port
 * @param management the port of health checks and metrics
 * @param items whether failed items are logged
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
    BalancingOptions balancing,
    HttpOptions http,
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
