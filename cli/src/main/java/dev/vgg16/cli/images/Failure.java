package dev.vgg16.cli.images;

import io.grpc.Status;

/**
 * Why a file has no answer.
 *
 * @param code a gRPC status code, or {@link #UNREADABLE_FILE}
 * @param message one line
 */
public record Failure(String code, String message) {

  /** The file can't be read here, so that the service never saw it. */
  public static final String UNREADABLE_FILE = "UNREADABLE_FILE";

  public Failure {
    message = message.replaceAll("\\s*\\R\\s*", " ");
  }

  public static Failure of(Status status) {
    return new Failure(status.getCode().name(), message(status));
  }

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
