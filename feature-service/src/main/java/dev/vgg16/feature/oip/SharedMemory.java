package dev.vgg16.feature.oip;

import dev.vgg16.oip.InferParameter;
import dev.vgg16.service.errors.ServingException;
import java.util.Map;

/** Triton's extension of tensors in shared memory, which is not served. */
final class SharedMemory {

  private static final String REGION = "shared_memory_region";

  private SharedMemory() {}

  /**
   * Refuses a tensor in shared memory: a client would read what was there before.
   *
   * @param field of the tensor
   * @throws ServingException {@code INVALID_INPUT}
   */
  static void refuse(String field, Map<String, InferParameter> parameters) {
    if (parameters.containsKey(REGION)) {
      throw ServingException.invalidInput(
          "%s.parameters[%s]".formatted(field, REGION),
          "is not served: send the values, and read them in the answer");
    }
  }
}
