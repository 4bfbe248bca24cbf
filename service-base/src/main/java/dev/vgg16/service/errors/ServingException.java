package dev.vgg16.service.errors;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure of a request that is reported to the caller.
 *
 * <p>It has no stack trace: it describes a request, not a position in the code, and refusing
 * invalid input must be cheap. {@code grpc.Statuses} converts it to a gRPC status.
 */
public final class ServingException extends RuntimeException {

  /** The kinds of failures. */
  public enum Kind {
    /** The input is invalid; a retry fails again. */
    INVALID_INPUT,
    /** The requested object does not exist. */
    NOT_FOUND,
    /** Two things do not match, such as a head and a backbone. */
    MISMATCH,
    /** The service has no capacity now. */
    OVERLOADED,
    /** The call was cancelled or its deadline passed. */
    CANCELLED,
    /** This service or one that it depends on is not available. */
    UNAVAILABLE
  }

  private final Kind kind;
  private final @Nullable String field;
  private final @Nullable Duration retryAfter;
  private final @Nullable Reason reason;

  private ServingException(
      Kind kind,
      String message,
      @Nullable String field,
      @Nullable Duration retryAfter,
      @Nullable Reason reason) {
    super(message, null, false, false);
    this.kind = kind;
    this.field = field;
    this.retryAfter = retryAfter;
    this.reason = reason;
  }

  /**
   * @param field the path of the request's field, such as {@code image.encoded}
   * @param problem with the field, and what would be valid
   */
  public static ServingException invalidInput(String field, String problem) {
    return new ServingException(Kind.INVALID_INPUT, problem, field, null, null);
  }

  /**
   * @param field the path of the request's field
   * @param problem with the field, and what would be valid
   * @param reason that clients can act on
   */
  public static ServingException invalidInput(String field, String problem, Reason reason) {
    return new ServingException(Kind.INVALID_INPUT, problem, field, null, reason);
  }

  public static ServingException notFound(String message) {
    return new ServingException(Kind.NOT_FOUND, message, null, null, null);
  }

  public static ServingException mismatch(String message) {
    return new ServingException(Kind.MISMATCH, message, null, null, null);
  }

  /**
   * @param reason that clients can act on
   */
  public static ServingException mismatch(Reason reason, String message) {
    return new ServingException(Kind.MISMATCH, message, null, null, reason);
  }

  /**
   * @param retryAfter when a retry may succeed
   */
  public static ServingException overloaded(String message, Duration retryAfter) {
    return new ServingException(Kind.OVERLOADED, message, null, retryAfter, null);
  }

  public static ServingException cancelled(String message) {
    return new ServingException(Kind.CANCELLED, message, null, null, null);
  }

  public static ServingException unavailable(String message) {
    return new ServingException(Kind.UNAVAILABLE, message, null, null, null);
  }

  /** Never null: each has one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  public Kind kind() {
    return kind;
  }

  /** The request's invalid field; present for {@link Kind#INVALID_INPUT}. */
  public Optional<String> field() {
    return Optional.ofNullable(field);
  }

  /** Present for {@link Kind#OVERLOADED}. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Present for some of {@link Kind#INVALID_INPUT} and {@link Kind#MISMATCH}. */
  public Optional<Reason> reason() {
    return Optional.ofNullable(reason);
  }
}
