package dev.vgg16.feature.http.oip;

import dev.vgg16.oip.ModelInferRequest;
import java.util.Set;

/**
 * A request for an inference.
 *
 * @param message without the model
 * @param allBinary whether outputs are binary that nothing else is said of
 * @param binary outputs to send as bytes
 * @param text outputs to send as JSON
 */
record InferInput(
    ModelInferRequest message, boolean allBinary, Set<String> binary, Set<String> text) {

  boolean isBinary(String output) {
    return binary.contains(output) || (allBinary && !text.contains(output));
  }
}
