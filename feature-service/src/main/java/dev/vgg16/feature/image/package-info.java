/**
 * From the bytes of an image file to the floats that a backbone reads.
 *
 * <p>{@link dev.vgg16.feature.image.HeaderCheck} refuses files that must not reach a decoder;
 * {@link dev.vgg16.feature.image.EncodedImage} has a class for each format, which knows its header,
 * its limits, its orientation and what the decoder is given; {@link
 * dev.vgg16.feature.image.DecodeCost} bounds what decoding takes, for the batcher's turns; {@link
 * dev.vgg16.feature.image.ImageDecoder} makes pixels; {@link
 * dev.vgg16.feature.image.BilinearResize} and {@link dev.vgg16.feature.image.Preprocessing} make
 * floats, straight into the batch. {@link dev.vgg16.feature.image.DecodeCommand} decodes for other
 * programs, so that a head is trained on the pixels that are served.
 */
@NullMarked
package dev.vgg16.feature.image;

import org.jspecify.annotations.NullMarked;
