package dev.vgg16.serving.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import dev.vgg16.serving.fault.ServingException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures as gRPC statuses, and back. The only place that maps one to the other. */
public final class Statuses {

  private static final Logger logger = LoggerFactory.getLogger(Statuses.class);

  private Statuses() {}

  /** The status to end a call with. */
  public static StatusRuntimeException toException(Throwable failure) {
    return StatusProto.toStatusRuntimeException(toProto(failure));
  }

  /**
   * The status to put into an answer. What is no {@link ServingException} and no gRPC status is a
   * defect of ours: it is logged, and the caller learns no more than that.
   */
  public static com.google.rpc.Status toProto(Throwable failure) {
    if (failure instanceof ServingException e) {
      return ofServing(e);
    }
    if (failure instanceof StatusRuntimeException || failure instanceof StatusException) {
      return StatusProto.fromThrowable(failure);
    }
    logger.error("unexpected failure: {}", failure.toString(), failure);
    return proto(Status.Code.INTERNAL, "internal error; the service's log has it");
  }

  /** A status that another service put into an answer, as a failure of ours. */
  public static StatusRuntimeException fromProto(com.google.rpc.Status status) {
    return StatusProto.toStatusRuntimeException(status);
  }

  private static com.google.rpc.Status ofServing(ServingException e) {
    return switch (e.kind()) {
      case INVALID_INPUT -> invalid(e);
      case NOT_FOUND -> proto(Status.Code.NOT_FOUND, e.getMessage());
      case MISMATCH -> proto(Status.Code.FAILED_PRECONDITION, e.getMessage());
      case OVERLOADED -> overloaded(e);
      case EXPIRED -> proto(Status.Code.DEADLINE_EXCEEDED, e.getMessage());
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
                    .setDescription(e.getMessage()))
            .build();
    return proto(Status.Code.INVALID_ARGUMENT, field + ": " + e.getMessage(), detail);
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
        com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(message);
    for (Message detail : details) {
      status.addDetails(Any.pack(detail));
    }
    return status.build();
  }
}
