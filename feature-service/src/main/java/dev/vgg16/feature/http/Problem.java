package dev.vgg16.feature.http;

import com.google.gson.JsonObject;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What is wrong with a request, as RFC 9457 tells it in JSON.
 *
 * @param status of HTTP
 * @param detail one line, for people
 * @param code of gRPC, such as INVALID_ARGUMENT
 * @param field at fault, if it is known
 * @param retry when a retry has a chance, if it has
 */
public record Problem(
    int status, String detail, String code, Optional<String> field, Optional<Duration> retry) {

  /** A problem of HTTP itself. */
  public static Problem of(int status, String detail) {
    return new Problem(status, detail, codeOf(status).name(), Optional.empty(), Optional.empty());
  }

  /** A failure of a service, or of one image. A defect is logged and hidden from the caller. */
  public static Problem of(Throwable failure) {
    if (failure instanceof ProblemException e) {
      return e.problem();
    }
    return of(
        Statuses.toProto(
            failure instanceof CancellationException
                ? ServingException.cancelled("the client has cancelled the request")
                : failure));
  }

  /** A status of gRPC, with what its details say. */
  public static Problem of(Status status) {
    Code code = Optional.ofNullable(Code.forNumber(status.getCode())).orElse(Code.UNKNOWN);
    return new Problem(
        statusOf(code),
        status.getMessage(),
        code.name(),
        detail(status, BadRequest.class)
            .flatMap(request -> request.getFieldViolationsList().stream().findFirst())
            .map(BadRequest.FieldViolation::getField),
        detail(status, RetryInfo.class)
            .map(info -> Duration.ofMillis(Durations.toMillis(info.getRetryDelay()))));
  }

  /** The same, which a retry may solve. */
  Problem retryAfter(Duration time) {
    return new Problem(status, detail, code, field, Optional.of(time));
  }

  /** The members of RFC 9457, and {@code code}, {@code field} and {@code retryAfterMs}. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("type", "about:blank");
    json.addProperty("title", title());
    json.addProperty("status", status);
    json.addProperty("detail", detail);
    json.addProperty("code", code);
    field.ifPresent(name -> json.addProperty("field", name));
    retry.ifPresent(time -> json.addProperty("retryAfterMs", time.toMillis()));
    return json;
  }

  private String title() {
    return status == CLIENT_CLOSED_REQUEST
        ? "Client Closed Request"
        : HttpStatus.getMessage(status);
  }

  /** As nginx has it: there is no status of a request that its client cancelled. */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  /** As the comments of google/rpc/code.proto say. */
  private static int statusOf(Code code) {
    return switch (code) {
      case OK -> HttpStatus.OK_200;
      case CANCELLED -> CLIENT_CLOSED_REQUEST;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> HttpStatus.BAD_REQUEST_400;
      case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT_504;
      case NOT_FOUND -> HttpStatus.NOT_FOUND_404;
      case ALREADY_EXISTS, ABORTED -> HttpStatus.CONFLICT_409;
      case PERMISSION_DENIED -> HttpStatus.FORBIDDEN_403;
      case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED_401;
      case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS_429;
      case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED_501;
      case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE_503;
      case UNKNOWN, INTERNAL, DATA_LOSS, UNRECOGNIZED -> HttpStatus.INTERNAL_SERVER_ERROR_500;
    };
  }

  /** Of a problem of HTTP, for clients that look at codes alone. */
  private static Code codeOf(int status) {
    return switch (status) {
      case HttpStatus.UNAUTHORIZED_401 -> Code.UNAUTHENTICATED;
      case HttpStatus.FORBIDDEN_403 -> Code.PERMISSION_DENIED;
      case HttpStatus.NOT_FOUND_404 -> Code.NOT_FOUND;
      case HttpStatus.METHOD_NOT_ALLOWED_405 -> Code.UNIMPLEMENTED;
      case HttpStatus.TOO_MANY_REQUESTS_429 -> Code.RESOURCE_EXHAUSTED;
      case HttpStatus.SERVICE_UNAVAILABLE_503 -> Code.UNAVAILABLE;
      default -> HttpStatus.isClientError(status) ? Code.INVALID_ARGUMENT : Code.INTERNAL;
    };
  }

  private static <M extends Message> Optional<M> detail(Status status, Class<M> type) {
    for (Any detail : status.getDetailsList()) {
      if (detail.is(type)) {
        try {
          return Optional.of(detail.unpack(type));
        } catch (InvalidProtocolBufferException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
