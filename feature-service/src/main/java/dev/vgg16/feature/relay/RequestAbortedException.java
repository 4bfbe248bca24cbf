package dev.vgg16.feature.relay;

import io.grpc.Status;

/** Head replicas aborted the stream of each attempt to send a message on its own. */
final class RequestAbortedException extends Exception {

  private static final long serialVersionUID = 1;

  RequestAbortedException(int attempts, Status end) {
    super(
        "head replicas aborted this request %d times: %s"
            .formatted(attempts, StatusDescriptions.of(end)),
        null,
        false,
        false);
  }
}
