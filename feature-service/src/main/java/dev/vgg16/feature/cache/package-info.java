/**
 * Caches feature maps, so that the same image is not computed twice, neither later nor at the same
 * time. Start with {@link dev.vgg16.feature.cache.FeatureCache}, which is between the API and the
 * batcher; {@link dev.vgg16.feature.cache.MapStore} has the maps, {@link
 * dev.vgg16.feature.cache.InFlightComputation} is a map that is being computed.
 */
@NullMarked
package dev.vgg16.feature.cache;

import org.jspecify.annotations.NullMarked;
