package dev.vgg16.feature.pipeline;

import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.service.grpc.ClientKey;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The call that an image belongs to. It keeps the call's deadline because gRPC's {@link Context} is
 * not passed on to other threads.
 *
 * @param flow the client and the call or stream, between which the batcher takes turns
 * @param cancelled whether the client has cancelled the call
 * @param deadline null when there is none
 * @param throttle null for a unary call, which is refused when the queue is full
 * @param trace of the image
 */
public record Caller(
    FlowKey flow,
    BooleanSupplier cancelled,
    @Nullable Deadline deadline,
    @Nullable Throttle throttle,
    ImageTrace trace) {

  /** Pauses a stream while its item is parked, that is, waits for a place in the queue. */
  public interface Throttle {
    void pause();

    void resume();
  }

  /** The flow of a call or stream, from within its gRPC method. */
  public static FlowKey flowOf(Object call) {
    return new FlowKey(ClientKey.current(), call);
  }

  /** The caller of a unary gRPC method, from within it. */
  public static Caller unary(FlowKey flow, BooleanSupplier cancelled, ImageTrace trace) {
    return new Caller(flow, cancelled, Context.current().getDeadline(), null, trace);
  }

  /** The caller of an item of a stream, from within the stream's gRPC method. */
  public static Caller item(
      FlowKey flow, BooleanSupplier cancelled, Throttle throttle, ImageTrace trace) {
    return new Caller(flow, cancelled, Context.current().getDeadline(), throttle, trace);
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

  /** Whether the call was cancelled or its deadline has passed. */
  boolean isCancelled() {
    return cancelled.getAsBoolean() || (deadline != null && deadline.isExpired());
  }

  /** The time until the deadline. */
  long nanosLeft() {
    return deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS);
  }
}
