/**
 * From the bytes of an image file to the floats that a backbone reads.
 *
 * <p>{@link dev.vgg16.feature.image.ImageHeader} looks at the first bytes and refuses what must not
 * reach a decoder; {@link dev.vgg16.feature.image.ImageDecoder} makes pixels; {@link
 * dev.vgg16.feature.image.BilinearResize} and {@link dev.vgg16.feature.image.Preprocessing} make
 * floats, straight into the batch.
 */
package dev.vgg16.feature.image;
