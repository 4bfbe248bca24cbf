/**
 * How a service process lives and ends: {@link dev.vgg16.service.lifecycle.ServiceProgram} is what
 * a main method does, {@link dev.vgg16.service.lifecycle.Lifecycle} starts and stops the parts.
 */
@NullMarked
package dev.vgg16.service.lifecycle;

import org.jspecify.annotations.NullMarked;
