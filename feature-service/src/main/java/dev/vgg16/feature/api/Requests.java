package dev.vgg16.feature.api;

import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.serving.fault.ServingException;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.Image;
import dev.vgg16.v1.MapSelection;

/** What the requests ask for, in the terms of the rooms behind. */
final class Requests {

  private static final int MAX_HEADS = 256;
  private static final int MAX_HEAD_NAME = 256;
  private static final int MAX_LABEL = 256;

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
   * The heads of a request, and what they are asked. What can't be right is refused here, because
   * the head service gets the images of many callers in one message.
   *
   * @throws ServingException {@code INVALID_INPUT} when there are too many, or a name or label is
   *     too long
   */
  static MapSelection selection(ClassifyRequest request) {
    if (request.getHeadsCount() > MAX_HEADS) {
      throw ServingException.invalidInput(
          "heads",
          "names %,d heads; at most %d are scored with at once"
              .formatted(request.getHeadsCount(), MAX_HEADS));
    }
    for (String head : request.getHeadsList()) {
      if (head.length() > MAX_HEAD_NAME) {
        throw ServingException.invalidInput(
            "heads",
            "has a name of %,d characters; at most %d are allowed"
                .formatted(head.length(), MAX_HEAD_NAME));
      }
    }
    MapSelection.Builder selection =
        MapSelection.newBuilder()
            .addAllHeads(request.getHeadsList())
            .setTopK(request.getTopK())
            .setNovelty(request.getNovelty());
    if (request.hasExplain()) {
      selection.setExplain(checked(request.getExplain()));
    }
    return selection.build();
  }

  private static Explain checked(Explain explain) {
    if (explain.getLabel().length() > MAX_LABEL) {
      throw ServingException.invalidInput(
          "explain.label",
          "has %,d characters; at most %d are allowed"
              .formatted(explain.getLabel().length(), MAX_LABEL));
    }
    return explain;
  }
}
