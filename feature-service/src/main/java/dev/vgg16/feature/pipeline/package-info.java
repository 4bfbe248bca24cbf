/**
 * From an image to its result: {@link dev.vgg16.feature.pipeline.ImageJob} is one image, {@link
 * dev.vgg16.feature.pipeline.FeaturePipeline} the work that the batcher schedules, {@link
 * dev.vgg16.feature.pipeline.MapDispatcher} sends the maps.
 */
@NullMarked
package dev.vgg16.feature.pipeline;

import org.jspecify.annotations.NullMarked;
