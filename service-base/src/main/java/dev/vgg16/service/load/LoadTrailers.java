package dev.vgg16.service.load;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.Supplier;

/** Adds the load to the trailers of each call. */
final class LoadTrailers implements ServerInterceptor {

  static final Metadata.Key<byte[]> KEY =
      Metadata.Key.of("endpoint-load-metrics-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final Supplier<byte[]> latest;

  LoadTrailers(Supplier<byte[]> latest) {
    this.latest = latest;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            trailers.put(KEY, latest.get());
            super.close(status, trailers);
          }
        },
        headers);
  }
}
