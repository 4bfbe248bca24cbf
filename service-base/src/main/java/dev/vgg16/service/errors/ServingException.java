package dev.vgg16.service.errors;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure that its caller must be told of, in words the caller can act on.
 *
 * <p>It carries no stack trace: it describes a request, not a place in the code, and bad input must
 * be cheap to refuse. {@code grpc.Statuses} turns it into a gRPC status; nothing else needs to know
 * of gRPC.
 */
public final class ServingException extends RuntimeException {

  /** What sort of failure it is. */
  public enum Kind {
    /** The input can't be used, and sending it again won't help. */
    INVALID_INPUT,
    /** What was asked for does not exist. */
    NOT_FOUND,
    /** Two things that must agree do not, such as a head and a backbone. */
    MISMATCH,
    /** Too much is waiting already. */
    OVERLOADED,
    /** Nobody waits for the answer any more. */
    CANCELLED,
    /** Somebody this work depends on, or this service itself, can't answer now. */
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
   * @param problem what is wrong with it and what would be right
   */
  public static ServingException invalidInput(String field, String problem) {
    return new ServingException(Kind.INVALID_INPUT, problem, field, null, null);
  }

  /**
   * @param field the path of the request's field
   * @param problem what is wrong with it and what would be right
   * @param reason what a program can do something about
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
   * @param reason what a program can do something about
   */
  public static ServingException mismatch(Reason reason, String message) {
    return new ServingException(Kind.MISMATCH, message, null, null, reason);
  }

  /**
   * @param retryAfter when a retry has a chance
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

  /** The request's field at fault; present for {@link Kind#INVALID_INPUT}. */
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
