package dev.vgg16.feature.image;

import dev.vgg16.service.errors.ServingException;

/** Refusals of image files: {@code INVALID_INPUT}, of the field {@code image.encoded}. */
final class InvalidImage {

  private static final String FIELD = "image.encoded";

  private InvalidImage() {}

  /**
   * @param problem a predicate, such as "is empty"
   */
  static ServingException because(String problem) {
    return ServingException.invalidInput(FIELD, problem);
  }

  static ServingException undecodable(EncodedImage image) {
    return because("is a " + image.title() + " that can't be decoded: it is truncated or damaged");
  }
}
