package dev.vgg16.feature.api;

import dev.vgg16.feature.pipeline.Caller;
import dev.vgg16.feature.pipeline.ImageJob.ResultSink;
import dev.vgg16.feature.pipeline.ImageMetrics.Recorder;
import dev.vgg16.feature.pipeline.ImageTrace;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.service.grpc.ItemStream;
import dev.vgg16.service.grpc.Statuses;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Where results go: to the one answer of a unary call, or to an item of a stream. What is recorded
 * of a result is recorded before it is sent, so that a service that stops has all that it answered.
 */
final class ResultSinks {

  private ResultSinks() {}

  /** Ends a unary call with the result's message, or with a status. */
  static <T, R> ResultSink<T> unary(
      StreamObserver<R> out,
      BiFunction<T, StageTimes, R> toMessage,
      Recorder metrics,
      ImageTrace trace) {
    return new ResultSink<>() {
      @Override
      public void succeed(T result, StageTimes times) {
        trace.succeeded(times, metrics);
        out.onNext(toMessage.apply(result, times));
        out.onCompleted();
      }

      @Override
      public void fail(Throwable cause) {
        metrics.failed();
        out.onError(Statuses.fromProto(record(cause, trace)));
      }
    };
  }

  /** Answers an item with the result's message, or with an error. */
  static <T, R> ResultSink<T> item(
      ItemStream.Responder<R> out,
      BiFunction<T, StageTimes, R> toMessage,
      Recorder metrics,
      ImageTrace trace,
      Function<com.google.rpc.Status, R> toError) {
    return new ResultSink<>() {
      @Override
      public void succeed(T result, StageTimes times) {
        trace.succeeded(times, metrics);
        out.send(toMessage.apply(result, times));
      }

      @Override
      public void fail(Throwable cause) {
        metrics.failed();
        out.send(toError.apply(record(cause, trace)));
      }
    };
  }

  private static com.google.rpc.Status record(Throwable cause, ImageTrace trace) {
    com.google.rpc.Status status = Statuses.toProto(cause);
    trace.failed(Status.fromCodeValue(status.getCode()).getCode(), status.getMessage());
    return status;
  }

  /**
   * The call behind an observer, with a cancel handler: without one, gRPC throws when a cancelled
   * call is answered.
   *
   * @param removeCancelled receives the flow of the call when it is cancelled
   */
  static <R> ServerCallStreamObserver<R> cancellable(
      StreamObserver<R> out, Consumer<FlowKey> removeCancelled) {
    ServerCallStreamObserver<R> call = (ServerCallStreamObserver<R>) out;
    FlowKey flow = Caller.flowOf(call);
    call.setOnCancelHandler(() -> removeCancelled.accept(flow));
    return call;
  }
}
