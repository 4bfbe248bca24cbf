package dev.vgg16.service.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/**
 * A call that any thread may end. Its service then sees it as cancelled, and further responses are
 * dropped.
 */
class LongLivedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

  private boolean closed;
  private volatile boolean terminated;

  LongLivedCall(ServerCall<Q, R> call) {
    super(call);
  }

  /** Ends the call with the status and the trailers of a failure, unless it has ended. */
  final synchronized void end(StatusRuntimeException failure) {
    if (!closed) {
      terminated = true;
      close(
          failure.getStatus(), Optional.ofNullable(failure.getTrailers()).orElseGet(Metadata::new));
    }
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (!closed) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public synchronized void sendMessage(R message) {
    if (!closed) {
      super.sendMessage(message);
    }
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (!closed) {
      closed = true;
      super.close(status, trailers);
    }
  }

  @Override
  public boolean isCancelled() {
    return terminated || super.isCancelled();
  }
}
