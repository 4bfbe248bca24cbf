/** {@code vgg16 classify}: start with {@link dev.vgg16.cli.classify.ClassifyCommand}. */
package dev.vgg16.cli.classify;
