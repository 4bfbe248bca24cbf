package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;

/** The image of a request, not yet decoded. */
public sealed interface ImageInput {

  /** Its bytes, as received. */
  ByteString bytes();

  /** An image file: JPEG, PNG or WebP. */
  record Encoded(ByteString bytes) implements ImageInput {}

  /** Floats ready for the backbone, float32 little-endian [height, width, 3]. */
  record Pixels(ByteString bytes) implements ImageInput {}
}
