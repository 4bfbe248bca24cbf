package dev.vgg16.serving.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * A call that any thread may end, beside the one that serves it. To its service it looks cancelled
 * from then on, and what the service still sends is dropped.
 */
class EndableCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

  private boolean closed;
  private volatile boolean cutOff;

  EndableCall(ServerCall<Q, R> call) {
    super(call);
  }

  /** Ends the call, unless it has ended. */
  final synchronized void end(Status status) {
    if (!closed) {
      cutOff = true;
      close(status, new Metadata());
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
    return cutOff || super.isCancelled();
  }
}
