/**
 * Start and shutdown of a service process: {@link dev.vgg16.service.lifecycle.ServiceProgram}
 * implements the main method, {@link dev.vgg16.service.lifecycle.Lifecycle} starts and stops the
 * parts.
 */
@NullMarked
package dev.vgg16.service.lifecycle;

import org.jspecify.annotations.NullMarked;
