package dev.vgg16.feature.pipeline;

import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Who waits for an answer, and until when. A deadline lives in gRPC's {@link Context}, which does
 * not follow a hand-over to another thread; this carries it along.
 *
 * @param cancelled whether the call is gone
 * @param deadline null when there is none
 */
public record Caller(BooleanSupplier cancelled, Deadline deadline) {

  /** The caller of the gRPC method that runs now. */
  public static Caller current(BooleanSupplier cancelled) {
    return new Caller(cancelled, Context.current().getDeadline());
  }

  /** Whether nobody waits any more. */
  boolean isGone() {
    return cancelled.getAsBoolean() || (deadline != null && deadline.isExpired());
  }

  /** How long an answer is of use. */
  long nanosLeft() {
    return deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS);
  }
}
