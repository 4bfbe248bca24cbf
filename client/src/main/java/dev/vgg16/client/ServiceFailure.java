package dev.vgg16.client;

import com.google.common.base.Throwables;
import io.grpc.Status;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A call that failed. The message is one line that says what to check. */
public final class ServiceFailure extends RuntimeException {

  private final String target;
  private final String message;

  private ServiceFailure(String target, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.target = target;
    this.message = message;
  }

  /** One line, never null. */
  @Override
  public String getMessage() {
    return message;
  }

  static ServiceFailure badAddress(String target, Throwable cause) {
    return new ServiceFailure(
        target,
        "'%s' is not an address such as localhost:50051: %s".formatted(target, cause.getMessage()),
        cause);
  }

  /** The failure of a call to {@code target}. */
  static ServiceFailure of(String target, Throwable failure) {
    return new ServiceFailure(target, explain(target, Status.fromThrowable(failure)), failure);
  }

  /** This failure; when the connection was refused, with other advice. */
  public ServiceFailure ifConnectionRefused(String advice) {
    return causedBy(Status.fromThrowable(this), ConnectException.class)
        ? new ServiceFailure(target, nothingAnswers(target, advice), getCause())
        : this;
  }

  private static String explain(String target, Status status) {
    if (causedBy(status, UnknownHostException.class)) {
      return "there is no host of the address %s".formatted(target);
    }
    if (causedBy(status, ConnectException.class)) {
      return nothingAnswers(target, advice(target));
    }
    if (isOtherProtocol(status)) {
      return "%s does not speak gRPC: is it an HTTP port, such as the one for metrics? (the services are at 50051 and 50052 by default)"
          .formatted(target);
    }
    if (causedBy(status, SSLException.class)) {
      return "%s and this program don't agree on TLS: %s"
          .formatted(target, Throwables.getRootCause(status.getCause()).getMessage());
    }
    if (causedBy(status, ClosedChannelException.class) || isReset(status)) {
      return "%s closed the connection: is it the right address, and does it want TLS or a certificate?"
          .formatted(target);
    }
    return switch (status.getCode()) {
      case UNIMPLEMENTED ->
          "%s does not serve this: is it the right address? (%s)"
              .formatted(target, status.getDescription());
      case DEADLINE_EXCEEDED -> "%s does not answer in time".formatted(target);
      default -> "%s: %s".formatted(target, describe(status));
    };
  }

  private static String nothingAnswers(String target, String advice) {
    return "nothing answers at %s: %s".formatted(target, advice);
  }

  private static String advice(String target) {
    boolean isLocal = target.startsWith("localhost") || target.startsWith("127.");
    return isLocal
        ? "start the services with `make run`"
        : "is the service running there, and the address right?";
  }

  /** The code, the description and the cause. */
  private static String describe(Status status) {
    String description = status.getDescription() == null ? "" : " " + status.getDescription();
    Throwable cause = status.getCause();
    String reason = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return status.getCode() + description + reason;
  }

  /** The peer speaks no HTTP/2, or HTTP without gRPC. */
  private static boolean isOtherProtocol(Status status) {
    String description = String.valueOf(status.getDescription());
    return causedBy(status, Http2Exception.class)
        || description.contains("First received frame was not SETTINGS")
        || description.startsWith("HTTP status code ");
  }

  /** A TLS server resets a plaintext connection. */
  private static boolean isReset(Status status) {
    return causedBy(status, IOException.class)
        && String.valueOf(Throwables.getRootCause(status.getCause()).getMessage())
            .contains("Connection reset");
  }

  private static boolean causedBy(Status status, Class<? extends Throwable> type) {
    return status.getCause() != null
        && Throwables.getCausalChain(status.getCause()).stream().anyMatch(type::isInstance);
  }
}
