package dev.vgg16.feature.api;

import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.serving.fault.ServingException;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.Image;
import dev.vgg16.v1.MapSelection;

/** What the requests ask for, in the terms of the rooms behind. */
final class Requests {

  private Requests() {}

  /**
   * The image of a request.
   *
   * @throws ServingException {@code INVALID_INPUT} when there is none
   */
  static ImageInput image(Image image) {
    return switch (image.getContentCase()) {
      case ENCODED -> new ImageInput.Encoded(image.getEncoded());
      case PIXELS -> new ImageInput.Pixels(image.getPixels());
      case CONTENT_NOT_SET ->
          throw ServingException.invalidInput(
              "image", "is missing: set image.encoded or image.pixels");
    };
  }

  static MapSelection selection(ClassifyRequest request) {
    return MapSelection.newBuilder()
        .addAllHeads(request.getHeadsList())
        .setTopK(request.getTopK())
        .build();
  }
}
