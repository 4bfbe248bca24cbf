/**
 * Pictures of where a head sees a class: {@link dev.vgg16.cli.explain.ExplainedPhotos} writes them.
 */
@NullMarked
package dev.vgg16.cli.explain;

import org.jspecify.annotations.NullMarked;
