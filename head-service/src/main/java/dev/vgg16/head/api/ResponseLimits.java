package dev.vgg16.head.api;

import com.google.rpc.Status;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import java.util.Optional;

/**
 * How large a response may be.
 *
 * @param mapBytes the scores of one map
 * @param allBytes those of all maps of a request together
 */
record ResponseLimits(int mapBytes, int allBytes) {

  /** Those of the contract: see head_service.proto. */
  static final ResponseLimits CONTRACT = new ResponseLimits(1 << 20, 16 << 20);

  /** Why a map gets no scores, if they may take so many bytes. */
  Optional<Status> refusal(long bytes) {
    return bytes <= mapBytes
        ? Optional.empty()
        : Optional.of(
            Statuses.toProto(
                ServingException.invalidInput(
                    "top_k",
                    "the scores asked for may take %,d bytes, and those of one image at most %,d: ask for fewer heads, or for fewer classes by top_k"
                        .formatted(bytes, mapBytes))));
  }

  /**
   * Checks that the scores of all maps fit into a response.
   *
   * @throws ServingException {@code INVALID_INPUT} when they don't
   */
  void check(long bytes) {
    if (bytes > allBytes) {
      throw ServingException.invalidInput(
          "selections",
          "the scores asked for may take %,d bytes, and those of one request at most %,d: send fewer maps at a time"
              .formatted(bytes, allBytes),
          Reason.ANSWER_TOO_LARGE);
    }
  }
}
