package dev.vgg16.client;

import io.grpc.Status;

/**
 * Why an item has no result.
 *
 * @param code the name of a gRPC status code, or one that the {@link ItemSource} defines
 * @param message one line
 */
public record Failure(String code, String message) {

  public Failure {
    message = message.replaceAll("\\s*\\R\\s*", " ");
  }

  /** The failure of a call. */
  public static Failure of(Status status) {
    return new Failure(status.getCode().name(), message(status));
  }

  /** The error in a response. */
  public static Failure of(com.google.rpc.Status status) {
    return new Failure(
        Status.fromCodeValue(status.getCode()).getCode().name(), status.getMessage());
  }

  private static String message(Status status) {
    String description = status.getDescription() == null ? "" : status.getDescription();
    Throwable cause = status.getCause();
    if (cause == null || cause.getMessage() == null) {
      return description;
    }
    return description.isEmpty() ? cause.getMessage() : description + ": " + cause.getMessage();
  }

  @Override
  public String toString() {
    return code + ": " + message;
  }
}
