/**
 * Which versions of a head answer for its name: {@link dev.vgg16.release.Release} is what a head's
 * {@code versions.json} says, {@link dev.vgg16.release.VersionsFile} its text, and {@link
 * dev.vgg16.release.TrafficSplit} sends a request to one of several versions.
 */
@NullMarked
package dev.vgg16.release;

import org.jspecify.annotations.NullMarked;
