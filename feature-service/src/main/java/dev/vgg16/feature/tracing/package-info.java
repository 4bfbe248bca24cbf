/**
 * A trace for each image that is sampled: {@link dev.vgg16.feature.tracing.ImageTraces} begins
 * them.
 */
@NullMarked
package dev.vgg16.feature.tracing;

import org.jspecify.annotations.NullMarked;
