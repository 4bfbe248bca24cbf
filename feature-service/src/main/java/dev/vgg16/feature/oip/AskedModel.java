package dev.vgg16.feature.oip;

import static dev.vgg16.service.errors.ServingException.invalidInput;

import com.google.common.base.Utf8;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.oip.ModelInferResponse;
import dev.vgg16.service.errors.ServingException;

/**
 * What an answer needs of its request, which has images and can be large.
 *
 * @param id of the request
 */
record AskedModel(ModelVersion model, String id) {

  /** Of a head in head-service's contract. */
  static final int MAX_HEAD_BYTES = 256;

  static AskedModel of(ModelInferRequest request) {
    return new AskedModel(
        new ModelVersion(request.getModelName(), request.getModelVersion()), request.getId());
  }

  /**
   * As a head is asked for.
   *
   * @throws ServingException when it is longer than a head's name can be: head-service would refuse
   *     the message that it is sent with, and that has other callers' maps
   */
  String asHead() {
    String head = model.asHead();
    if (head.length() > MAX_HEAD_BYTES || utf8Length(head) > MAX_HEAD_BYTES) {
      throw invalidInput(
          "model_name", "has with its version more than %d bytes".formatted(MAX_HEAD_BYTES));
    }
    return head;
  }

  private static int utf8Length(String text) {
    return Utf8.encodedLength(text);
  }

  /** An answer without outputs. */
  ModelInferResponse.Builder answer(String version) {
    return ModelInferResponse.newBuilder()
        .setModelName(model.name())
        .setModelVersion(version)
        .setId(id);
  }
}
