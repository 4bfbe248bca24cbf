/**
 * How unlike a head's training images the maps are that it scores: {@link
 * dev.vgg16.head.novelty.TrainingFeatures} measures one map, {@link dev.vgg16.head.novelty.Drift}
 * many maps together. Both use {@link dev.vgg16.head.novelty.NormalizedFeatures}.
 */
@NullMarked
package dev.vgg16.head.novelty;

import org.jspecify.annotations.NullMarked;
