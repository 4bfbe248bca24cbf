/**
 * The way of an image through the service: {@link dev.vgg16.feature.pipeline.FeaturePipeline} is
 * the work that the batcher schedules, {@link dev.vgg16.feature.pipeline.ImageJob} one image on its
 * way, {@link dev.vgg16.feature.pipeline.MapDispatcher} what becomes of the maps.
 */
@NullMarked
package dev.vgg16.feature.pipeline;

import org.jspecify.annotations.NullMarked;
