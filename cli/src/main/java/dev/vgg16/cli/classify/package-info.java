/** {@code vgg16 classify}: start with {@link dev.vgg16.cli.classify.ClassifyCommand}. */
@NullMarked
package dev.vgg16.cli.classify;

import org.jspecify.annotations.NullMarked;
