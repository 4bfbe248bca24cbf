/**
 * From a batch of feature maps to the head replicas and back. Start with {@link
 * dev.vgg16.feature.relay.MapRelay}, which says in what form maps travel, or {@link
 * dev.vgg16.feature.relay.PooledMapRelay}, which chooses one with the help of {@link
 * dev.vgg16.feature.relay.PooledHeads}. Both send by {@link dev.vgg16.feature.relay.HeadClient};
 * {@link dev.vgg16.feature.relay.HeadStream} is one stream to one replica, {@link
 * dev.vgg16.feature.relay.PendingScore} one message that has no answer yet.
 */
package dev.vgg16.feature.relay;
