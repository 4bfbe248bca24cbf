/**
 * How loaded the service is, for callers that balance by load: {@link
 * dev.vgg16.feature.load.LoadMeter}.
 */
@NullMarked
package dev.vgg16.feature.load;

import org.jspecify.annotations.NullMarked;
