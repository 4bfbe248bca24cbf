package dev.vgg16.service.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Strings;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.errors.ServingException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts failures to gRPC statuses and back. */
public final class Statuses {

  private static final Logger logger = LoggerFactory.getLogger(Statuses.class);

  /**
   * Clients accept 8 KiB of trailers, and end the call with another status when there are more. A
   * message occurs in them up to three times, with up to three bytes per byte.
   */
  private static final int MAX_MESSAGE_BYTES = 1_000;

  /** The domain of the reasons in an ErrorInfo. */
  private static final String DOMAIN = "vgg16.v1";

  private Statuses() {}

  /** The status to end a call with. */
  public static StatusRuntimeException toException(Throwable failure) {
    return StatusProto.toStatusRuntimeException(toProto(failure));
  }

  /**
   * The status to put into a response. A failure that is neither a {@link ServingException} nor a
   * gRPC status is a defect: it is logged and hidden from the caller.
   */
  public static com.google.rpc.Status toProto(Throwable failure) {
    if (failure instanceof ServingException e) {
      return ofServing(e);
    }
    if (failure instanceof StatusRuntimeException || failure instanceof StatusException) {
      return ofStatus(failure);
    }
    logger.error("unexpected failure: {}", failure.toString(), failure);
    return proto(Status.Code.INTERNAL, "internal error; the service's log has it");
  }

  /** The status in another service's response, as a failure. */
  public static StatusRuntimeException fromProto(com.google.rpc.Status status) {
    return StatusProto.toStatusRuntimeException(asFailure(status));
  }

  /** Whether a status has this reason in its details. */
  public static boolean hasReason(com.google.rpc.Status status, Reason reason) {
    return status.getDetailsList().stream().anyMatch(detail -> isReason(detail, reason));
  }

  private static boolean isReason(Any detail, Reason reason) {
    try {
      ErrorInfo info = detail.is(ErrorInfo.class) ? detail.unpack(ErrorInfo.class) : null;
      return info != null
          && info.getDomain().equals(DOMAIN)
          && info.getReason().equals(reason.name());
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  /** Maps OK and undefined codes to UNKNOWN: a peer's failure must stay a failure. */
  private static com.google.rpc.Status asFailure(com.google.rpc.Status status) {
    Status.Code code = Status.fromCodeValue(status.getCode()).getCode();
    boolean isFailure = code != Status.Code.OK && code.value() == status.getCode();
    return isFailure ? status : status.toBuilder().setCode(Status.Code.UNKNOWN.value()).build();
  }

  private static com.google.rpc.Status ofStatus(Throwable failure) {
    try {
      return asFailure(StatusProto.fromThrowable(failure));
    } catch (IllegalArgumentException e) {
      // Its details contradict its code.
      Status status = Status.fromThrowable(failure);
      return asFailure(proto(status.getCode(), Strings.nullToEmpty(status.getDescription())));
    }
  }

  private static com.google.rpc.Status ofServing(ServingException e) {
    return switch (e.kind()) {
      case INVALID_INPUT -> invalid(e);
      case NOT_FOUND -> proto(Status.Code.NOT_FOUND, e.getMessage());
      case MISMATCH -> mismatch(e);
      case OVERLOADED -> overloaded(e);
      case CANCELLED -> proto(Status.Code.CANCELLED, e.getMessage());
      case UNAVAILABLE -> proto(Status.Code.UNAVAILABLE, e.getMessage());
    };
  }

  private static com.google.rpc.Status invalid(ServingException e) {
    String field = e.field().orElse("");
    BadRequest detail =
        BadRequest.newBuilder()
            .addFieldViolations(
                BadRequest.FieldViolation.newBuilder()
                    .setField(field)
                    .setDescription(shortened(e.getMessage())))
            .build();
    Message[] details =
        Stream.concat(Stream.of(detail), reasonOf(e).stream()).toArray(Message[]::new);
    return proto(Status.Code.INVALID_ARGUMENT, field + ": " + e.getMessage(), details);
  }

  private static com.google.rpc.Status mismatch(ServingException e) {
    Message[] details = reasonOf(e).stream().toArray(Message[]::new);
    return proto(Status.Code.FAILED_PRECONDITION, e.getMessage(), details);
  }

  private static Optional<Message> reasonOf(ServingException e) {
    return e.reason()
        .map(reason -> ErrorInfo.newBuilder().setReason(reason.name()).setDomain(DOMAIN).build());
  }

  private static com.google.rpc.Status overloaded(ServingException e) {
    Duration delay = e.retryAfter().orElse(Duration.ZERO);
    RetryInfo detail =
        RetryInfo.newBuilder()
            .setRetryDelay(
                com.google.protobuf.Duration.newBuilder()
                    .setSeconds(delay.getSeconds())
                    .setNanos(delay.getNano()))
            .build();
    return proto(Status.Code.RESOURCE_EXHAUSTED, e.getMessage(), detail);
  }

  private static com.google.rpc.Status proto(Status.Code code, String message, Message... details) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(shortened(message));
    for (Message detail : details) {
      status.addDetails(Any.pack(detail));
    }
    return status.build();
  }

  private static String shortened(String message) {
    int bytes = 0;
    int end = 0;
    while (end < message.length()) {
      int codePoint = message.codePointAt(end);
      bytes += Character.toString(codePoint).getBytes(UTF_8).length;
      if (bytes > MAX_MESSAGE_BYTES) {
        return message.substring(0, end) + "...";
      }
      end += Character.charCount(codePoint);
    }
    return message;
  }
}
