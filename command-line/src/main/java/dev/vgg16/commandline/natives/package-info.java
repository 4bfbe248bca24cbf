/**
 * Unpacks the native libraries of the jars once, so that no process does it at each start: {@link
 * dev.vgg16.commandline.natives.UnpackNatives} is what {@code bin/launcher.sh} and the image builds
 * run. Needs the JDK alone.
 */
@NullMarked
package dev.vgg16.commandline.natives;

import org.jspecify.annotations.NullMarked;
