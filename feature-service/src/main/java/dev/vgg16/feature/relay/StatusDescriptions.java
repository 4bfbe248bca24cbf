package dev.vgg16.feature.relay;

import com.google.common.base.Throwables;
import io.grpc.Status;

/** gRPC statuses in words. */
final class StatusDescriptions {

  private StatusDescriptions() {}

  /** The code, the description, and what broke the connection, which is in the cause. */
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
