package dev.vgg16.feature.pipeline;

import dev.vgg16.feature.pipeline.ImageMetrics.Recorder;
import io.grpc.Status;
import io.opentelemetry.api.trace.SpanContext;

/**
 * The trace of one image. {@link #NONE} is that of an image which is not sampled: it does nothing.
 * Used by the thread that has the image.
 */
public interface ImageTrace {

  ImageTrace NONE = new ImageTrace() {};

  default boolean isSampled() {
    return false;
  }

  /** The image's span; invalid if it is not sampled. */
  default SpanContext span() {
    return SpanContext.getInvalid();
  }

  /** The image was accepted; its times are read at the end. */
  default void submitted(StageTimes times) {}

  /** The image is in a batch of this size. */
  default void inBatch(int size) {}

  /** The image is in a batch with another one that is sampled. */
  default void inBatchWith(SpanContext other) {}

  /**
   * The map goes to the heads.
   *
   * @return the {@code traceparent} for them; empty if the image is not sampled
   */
  default String sentToHeads() {
    return "";
  }

  /**
   * The image got its result; ends the trace.
   *
   * @param metrics are recorded within the image's span, which their exemplars then name
   */
  default void succeeded(StageTimes times, Recorder metrics) {
    metrics.answered(times);
  }

  /** The image failed; ends the trace. */
  default void failed(Status.Code code, String message) {}
}
