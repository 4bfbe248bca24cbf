/**
 * Keeps feature maps, so that the same image is not computed twice: not later, and not at the same
 * moment. Start with {@link dev.vgg16.feature.cache.FeatureCache}, which stands between the API and
 * the batcher; {@link dev.vgg16.feature.cache.MapStore} is what it keeps, {@link
 * dev.vgg16.feature.cache.InFlightComputation} a map that is being made.
 */
@NullMarked
package dev.vgg16.feature.cache;

import org.jspecify.annotations.NullMarked;
