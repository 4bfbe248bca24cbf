package dev.vgg16.feature.oip;

import dev.vgg16.feature.pipeline.ImageJob.ResultSink;
import dev.vgg16.feature.pipeline.ImageMetrics.Recorder;
import dev.vgg16.feature.pipeline.ImageTrace;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.service.grpc.Statuses;
import io.grpc.Status;

/** Records the outcome of one image before it is passed on. */
record TracedSink<T>(ResultSink<T> to, ImageTrace trace, Recorder metrics)
    implements ResultSink<T> {

  @Override
  public void succeed(T result, StageTimes times) {
    trace.succeeded(times, metrics);
    to.succeed(result, times);
  }

  @Override
  public void fail(Throwable cause) {
    com.google.rpc.Status status = Statuses.toProto(cause);
    metrics.failed();
    trace.failed(Status.fromCodeValue(status.getCode()).getCode(), status.getMessage());
    to.fail(Statuses.fromProto(status));
  }
}
