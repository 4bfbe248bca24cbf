/**
 * The files to be sent: {@link dev.vgg16.cli.images.InputFiles} finds them, {@link
 * dev.vgg16.cli.images.InputFileReader} reads one.
 */
@NullMarked
package dev.vgg16.cli.images;

import org.jspecify.annotations.NullMarked;
