package dev.vgg16.feature.http.classify;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.http.RequestBody;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.Image;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * The images of a request, and what to score them with.
 *
 * @param options heads and the like, without an image
 * @param images at least one
 * @param list whether the response is a list, also of one image
 * @param timeout of each image
 */
record ClassifyInput(
    ClassifyRequest options, List<NamedImage> images, boolean list, Duration timeout) {

  private static final ByteString OPENING_BRACE = ByteString.copyFromUtf8("{");

  /** The most images of a request. */
  static final int MAX_IMAGES = 256;

  /**
   * An image.
   *
   * @param name of its file, or empty
   */
  record NamedImage(String name, Image image) {
    /** In the place of an image that is done. */
    static final NamedImage NONE = new NamedImage("", Image.getDefaultInstance());
  }

  ClassifyInput {
    if (images.isEmpty()) {
      throw ServingException.invalidInput(
          "image", "is missing: send an image file as the body, or as a part of a form");
    }
    if (images.size() > MAX_IMAGES) {
      throw ServingException.invalidInput(
          "image",
          "is there %d times: a request has at most %d images"
              .formatted(images.size(), MAX_IMAGES));
    }
    images = List.copyOf(images);
  }

  /**
   * The parameters of a query.
   *
   * @throws ServingException when they can't be read
   */
  static ClassifyParameters parameters(Request request) {
    ClassifyParameters parameters = new ClassifyParameters();
    for (Fields.Field field : query(request)) {
      field.getValues().forEach(value -> parameters.set(field.getName(), value));
    }
    return parameters;
  }

  private static Fields query(Request request) {
    try {
      return Request.extractQueryParameters(request);
    } catch (RuntimeException e) {
      // Of several classes.
      throw ServingException.invalidInput(
          "request", "has a query that can't be decoded: %s".formatted(e.getMessage()));
    }
  }

  /**
   * Reads a body by its media type: a form, JSON, or else an image file.
   *
   * @param parameters of the query, which the body may add to
   */
  static ClassifyInput read(RequestBody body, ClassifyParameters parameters) {
    return switch (body.mediaType()) {
      case "multipart/form-data" -> FormInput.read(body, parameters);
      case "application/json" -> JsonInput.read(body.bytes(), parameters);
      default -> file(body, parameters);
    };
  }

  private static ClassifyInput file(RequestBody body, ClassifyParameters parameters) {
    if (body.bytes().startsWith(OPENING_BRACE)) {
      throw ServingException.invalidInput(
          "image", "looks like JSON: send it with the header Content-Type: application/json");
    }
    Image image = Image.newBuilder().setEncoded(body.bytes()).build();
    return parameters.input(List.of(new NamedImage("", image)), false);
  }

  /** The same options, so that nothing refers to the images. */
  ClassifyInput withoutImages() {
    return new ClassifyInput(options, List.of(NamedImage.NONE), list, timeout);
  }

  ClassifyRequest request(NamedImage image) {
    return options.toBuilder().setImage(image.image()).build();
  }
}
