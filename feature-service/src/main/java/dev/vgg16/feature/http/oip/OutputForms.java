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

  /**
   * @param output with or without a head before it, as in {@code pets:scores}
   */
  boolean isBinary(String output) {
    String asked = output.substring(output.indexOf(':') + 1);
    return binary.contains(asked) || (allBinary && !text.contains(asked));
  }
}
