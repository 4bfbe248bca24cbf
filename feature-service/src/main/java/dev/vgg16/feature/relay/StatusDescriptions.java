package dev.vgg16.feature.relay;

import com.google.common.base.Throwables;
import io.grpc.Status;

/** Descriptions of gRPC statuses, for messages. */
final class StatusDescriptions {

  private StatusDescriptions() {}

  /** The code, the description, and the root cause, which tells what broke the connection. */
  static String of(Status status) {
    StringBuilder text = new StringBuilder(status.getCode().toString());
    if (status.getDescription() != null) {
      text.append(' ').append(status.getDescription());
    }
    if (status.getCause() != null) {
      text.append(": ").append(Throwables.getRootCause(status.getCause()).getMessage());
    }
    return text.toString();
  }
}
