package dev.vgg16.feature.pipeline;

import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.service.grpc.ClientKey;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for an answer, and until when. A deadline lives in gRPC's {@link Context}, which does
 * not follow a hand-over to another thread; this carries it along.
 *
 * @param flow which client's which call; clients take turns, and so do the calls of a client
 * @param cancelled whether the call is gone
 * @param deadline null when there is none
 * @param throttle null for a call that can't be slowed down, and is refused instead
 */
public record Caller(
    FlowKey flow,
    BooleanSupplier cancelled,
    @Nullable Deadline deadline,
    @Nullable Throttle throttle) {

  /** Slows down a stream while its item waits for a place in the queue. */
  public interface Throttle {
    void pause();

    void resume();
  }

  /** The flow of a call or stream whose gRPC method runs now. */
  public static FlowKey flowOf(Object call) {
    return new FlowKey(ClientKey.current(), call);
  }

  /** The caller of the unary gRPC method that runs now. */
  public static Caller unary(FlowKey flow, BooleanSupplier cancelled) {
    return new Caller(flow, cancelled, Context.current().getDeadline(), null);
  }

  /** The caller of the item of a stream, whose gRPC method runs now. */
  public static Caller item(FlowKey flow, BooleanSupplier cancelled, Throttle throttle) {
    return new Caller(flow, cancelled, Context.current().getDeadline(), throttle);
  }

  boolean isBackpressured() {
    return throttle != null;
  }

  void pause() {
    if (throttle != null) {
      throttle.pause();
    }
  }

  void resume() {
    if (throttle != null) {
      throttle.resume();
    }
  }

  /** Whether nobody waits any more. */
  boolean isCancelled() {
    return cancelled.getAsBoolean() || (deadline != null && deadline.isExpired());
  }

  /** How long an answer is of use. */
  long nanosLeft() {
    return deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS);
  }
}
