/**
 * Checks of the environment before a service starts, with errors of one line: {@link
 * dev.vgg16.service.preflight.Preflight}.
 */
@NullMarked
package dev.vgg16.service.preflight;

import org.jspecify.annotations.NullMarked;
