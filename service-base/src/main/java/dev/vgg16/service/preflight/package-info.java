/**
 * What a service looks at before it starts, so that what it lacks is told in a line of its own:
 * {@link dev.vgg16.service.preflight.Preflight}.
 */
@NullMarked
package dev.vgg16.service.preflight;

import org.jspecify.annotations.NullMarked;
