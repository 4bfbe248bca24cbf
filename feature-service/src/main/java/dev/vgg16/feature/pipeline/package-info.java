/**
 * From an image to its result: {@link dev.vgg16.feature.pipeline.ImageJob} is one image, {@link
 * dev.vgg16.feature.pipeline.FeaturePipeline} the work that the batcher schedules, {@link
 * dev.vgg16.feature.pipeline.MapDispatcher} sends the maps.
 *
 * <p>Selections and scores are the contract's messages, here and in {@code relay}: they are only
 * forwarded, split and merged, and types of the service's own would copy the scores of each map.
 */
@NullMarked
package dev.vgg16.feature.pipeline;

import org.jspecify.annotations.NullMarked;
