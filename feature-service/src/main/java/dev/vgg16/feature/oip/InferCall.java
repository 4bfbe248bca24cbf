package dev.vgg16.feature.oip;

import static dev.vgg16.service.errors.ServingException.invalidInput;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.MessageLite;
import dev.vgg16.feature.pipeline.ImageJob.ResultSink;
import dev.vgg16.feature.pipeline.StageTimes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The images of one request, whose results are collected. It succeeds with the last one, or fails
 * with the first that fails; then the others count as cancelled. Thread-safe.
 *
 * @param <T> the result of an image
 */
final class InferCall<T> {

  /** They are kept until the last is there, and no limit of the queue counts them. */
  private static final long MAX_RESULT_BYTES = 8 << 20;

  private final Answer<T> answer;
  private final ToLongFunction<T> size;

  // Both change under the lock until the call has ended.
  private final List<T> results;
  private final List<StageTimes> times = new ArrayList<>();

  @GuardedBy("this")
  private long bytes;

  private volatile boolean ended;

  private enum State {
    WAITING,
    COMPLETE,
    TOO_LARGE
  }

  /** Gets the results, or the failure, of all images. */
  interface Answer<T> {
    void succeed(List<T> results, List<StageTimes> times);

    void fail(Throwable cause);
  }

  /**
   * @param size of a result in bytes
   */
  InferCall(int images, Answer<T> answer, ToLongFunction<T> size) {
    this.results = new ArrayList<>(Collections.nCopies(images, null));
    this.answer = answer;
    this.size = size;
  }

  static <M extends MessageLite> InferCall<M> of(int images, Answer<M> answer) {
    return new InferCall<>(images, answer, MessageLite::getSerializedSize);
  }

  /** Whether the results of images are no longer needed. */
  boolean isEnded() {
    return ended;
  }

  /** Where the result of one image goes. */
  ResultSink<T> sink(int image) {
    return new ResultSink<>() {
      @Override
      public void succeed(T result, StageTimes stages) {
        succeeded(image, result, stages);
      }

      @Override
      public void fail(Throwable cause) {
        InferCall.this.fail(cause);
      }
    };
  }

  private void succeeded(int image, T result, StageTimes stages) {
    switch (add(image, result, stages)) {
      case COMPLETE -> answer.succeed(results, times);
      case TOO_LARGE ->
          fail(
              invalidInput(
                  "inputs", "has too many images: their results take more than 8 MiB; send fewer"));
      case WAITING -> {}
    }
  }

  private synchronized State add(int image, T result, StageTimes stages) {
    if (ended) {
      return State.WAITING;
    }
    bytes += size.applyAsLong(result);
    if (bytes > MAX_RESULT_BYTES) {
      return State.TOO_LARGE;
    }
    results.set(image, result);
    times.add(stages);
    ended = times.size() == results.size();
    return ended ? State.COMPLETE : State.WAITING;
  }

  /** Fails, unless it has ended. */
  void fail(Throwable cause) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      results.clear();
    }
    answer.fail(cause);
  }
}
