package dev.vgg16.feature.api;

import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.Image;
import dev.vgg16.v1.MapSelection;

/** Converts requests to what the other packages work with. */
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

  /**
   * The heads of a request and its other options. Only known fields are copied, because the head
   * service gets the images of many callers in one message.
   */
  static MapSelection selection(ClassifyRequest request) {
    MapSelection.Builder selection =
        MapSelection.newBuilder()
            .addAllHeads(request.getHeadsList())
            .setTopK(request.getTopK())
            .setNovelty(request.getNovelty());
    if (request.hasExplain()) {
      selection.setExplain(Explain.newBuilder().setLabel(request.getExplain().getLabel()));
    }
    return selection.build();
  }
}
