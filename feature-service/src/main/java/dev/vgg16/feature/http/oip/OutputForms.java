package dev.vgg16.feature.http.oip;

import java.util.Set;

/**
 * Which outputs are sent as bytes after the JSON.
 *
 * @param allBinary whether those are that nothing else is said of
 * @param binary outputs to send as bytes
 * @param text outputs to send as JSON
 */
record OutputForms(boolean allBinary, Set<String> binary, Set<String> text) {

  boolean isBinary(String output) {
    return binary.contains(output) || (allBinary && !text.contains(output));
  }
}
