package dev.vgg16.feature.relay;

import io.grpc.Status;

/** Head replicas ended a stream of its own for each attempt to send a message. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1;

  RefusedException(int attempts, Status end) {
    super(
        "head replicas aborted this request %d times: %s"
            .formatted(attempts, StatusDescriptions.of(end)),
        null,
        false,
        false);
  }
}
