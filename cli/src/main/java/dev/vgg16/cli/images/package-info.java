/**
 * The files to be sent: {@link dev.vgg16.cli.images.ImageFiles} finds them, {@link
 * dev.vgg16.cli.images.ImageReader} reads one.
 */
@NullMarked
package dev.vgg16.cli.images;

import org.jspecify.annotations.NullMarked;
