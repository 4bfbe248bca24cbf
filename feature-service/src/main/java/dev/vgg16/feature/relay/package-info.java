/**
 * From a batch of feature maps to the head replicas and back. Start with {@link
 * dev.vgg16.feature.relay.MapRelay}, which says in what form maps travel, or {@link
 * dev.vgg16.feature.relay.PooledMapRelay}, which chooses one with the help of {@link
 * dev.vgg16.feature.relay.PooledHeads}. Both send by {@link dev.vgg16.feature.relay.HeadClient},
 * whose parts are, on a message's way: {@link dev.vgg16.feature.relay.SplitByResponseSize} and
 * {@link dev.vgg16.feature.relay.RetryItemByItem}, {@link dev.vgg16.feature.relay.ScoreSender},
 * {@link dev.vgg16.feature.relay.ReplicaSet} of {@link dev.vgg16.feature.relay.Replica}s with a
 * {@link dev.vgg16.feature.relay.StreamPool} each, and, where it must be sent again, {@link
 * dev.vgg16.feature.relay.ResendPolicy} and {@link dev.vgg16.feature.relay.RetryQueue}. No class
 * calls gRPC or a listener under its lock, but for {@link dev.vgg16.feature.relay.HeadStream},
 * which calls gRPC.
 */
@NullMarked
package dev.vgg16.feature.relay;

import org.jspecify.annotations.NullMarked;
