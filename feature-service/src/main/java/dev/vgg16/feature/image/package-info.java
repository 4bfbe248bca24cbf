/**
 * From the bytes of an image file to the floats that a backbone reads.
 *
 * <p>{@link dev.vgg16.feature.image.ImageHeader} looks at the first bytes and refuses what must not
 * reach a decoder; {@link dev.vgg16.feature.image.DecodeCost} is what decoding would take, by which
 * images take turns; {@link dev.vgg16.feature.image.ImageFile} has a class for each format, which
 * knows its header, its orientation and what the decoder is given; {@link
 * dev.vgg16.feature.image.ImageDecoder} makes pixels; {@link
 * dev.vgg16.feature.image.BilinearResize} and {@link dev.vgg16.feature.image.Preprocessing} make
 * floats, straight into the batch. {@link dev.vgg16.feature.image.DecodeCommand} decodes for other
 * programs, so that a head is trained on the pixels that are served.
 */
@NullMarked
package dev.vgg16.feature.image;

import org.jspecify.annotations.NullMarked;
