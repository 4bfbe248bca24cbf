package dev.vgg16.feature.oip;

import dev.vgg16.feature.pipeline.ImageJob.ResultSink;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.service.errors.ServingException;

/**
 * Tells which image of a request is at fault, in the words of this protocol.
 *
 * @param index of the image
 */
record IndexedSink<T>(ResultSink<T> to, int index) implements ResultSink<T> {

  @Override
  public void succeed(T result, StageTimes times) {
    to.succeed(result, times);
  }

  @Override
  public void fail(Throwable cause) {
    to.fail(cause instanceof ServingException e ? named(index, e) : cause);
  }

  /** The same failure, of an image of a request; another kind than bad input is none of its own. */
  static ServingException named(int index, ServingException failure) {
    return failure.kind() == ServingException.Kind.INVALID_INPUT
        ? ServingException.invalidInput(
            "inputs[0][%d]".formatted(index), String.valueOf(failure.getMessage()))
        : failure;
  }
}
