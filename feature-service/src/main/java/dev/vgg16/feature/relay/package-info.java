/**
 * Sends batches of feature maps to the head replicas. Start with {@link
 * dev.vgg16.feature.relay.MapRelay}, which sends maps in one form, or {@link
 * dev.vgg16.feature.relay.PooledMapRelay}, which chooses the form by {@link
 * dev.vgg16.feature.relay.PooledHeads}. Both use {@link dev.vgg16.feature.relay.HeadClient}, which
 * passes a message through: {@link dev.vgg16.feature.relay.SplitByResponseSize} and {@link
 * dev.vgg16.feature.relay.RetryItemByItem}, {@link dev.vgg16.feature.relay.ScoreSender}, {@link
 * dev.vgg16.feature.relay.ReplicaSet} of {@link dev.vgg16.feature.relay.Replica}s with a {@link
 * dev.vgg16.feature.relay.StreamPool} each, and, when it must be sent again, {@link
 * dev.vgg16.feature.relay.ResendPolicy} and {@link dev.vgg16.feature.relay.RetryQueue}. No class
 * calls gRPC or a listener while it holds its lock, except {@link
 * dev.vgg16.feature.relay.HeadStream}, which calls gRPC.
 */
@NullMarked
package dev.vgg16.feature.relay;

import org.jspecify.annotations.NullMarked;
