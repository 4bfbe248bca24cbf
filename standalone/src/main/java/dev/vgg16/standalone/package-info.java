/**
 * Both services in one process, from one jar, for trying out. {@link
 * dev.vgg16.standalone.Launcher}, the jar's main class, unpacks the jar and starts {@link
 * dev.vgg16.standalone.Standalone} on what it unpacked.
 */
@NullMarked
package dev.vgg16.standalone;

import org.jspecify.annotations.NullMarked;
