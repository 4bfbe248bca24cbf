/**
 * The RPCs: {@link dev.vgg16.feature.api.FeatureApi} turns messages into jobs and their results
 * into answers, and does nothing else.
 */
@NullMarked
package dev.vgg16.feature.api;

import org.jspecify.annotations.NullMarked;
