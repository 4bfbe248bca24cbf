package dev.vgg16.service.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.NettyServerBuilder;

/**
 * Bounds the memory of messages that are received and not parsed yet, per connection and in total.
 * {@link InboundCall} counts the bytes, {@link ConnectionBudget} sets the limits, and {@link
 * UnfinishedMessages} selects the calls to end when they are exceeded.
 *
 * <p>The count is exact because each frame has its own buffer: {@link FrameBuffers}.
 */
final class InboundMessages {

  private final UnfinishedMessages unfinished = new UnfinishedMessages(System::nanoTime);
  private final StreamResets resets;

  /**
   * @param resets of the server's streams
   */
  InboundMessages(StreamResets resets) {
    this.resets = resets;
  }

  /** Enables the limits for a server with {@link TrackedConnections}. */
  void configure(NettyServerBuilder builder) {
    builder.addStreamTracerFactory(new Calls()).intercept(new ParsedMessages());
  }

  private final class Calls extends ServerStreamTracer.Factory {
    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
      return new InboundCall(unfinished, resets.current());
    }
  }

  /** Notifies an {@link InboundCall} of parsed messages and of the call's end. */
  private static final class ParsedMessages implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      return InboundCall.current()
          .map(inbound -> start(inbound, new LongLivedCall<>(call), headers, next))
          .orElseGet(() -> next.startCall(call, headers));
    }

    private static <Q, R> ServerCall.Listener<Q> start(
        InboundCall inbound,
        LongLivedCall<Q, R> call,
        Metadata headers,
        ServerCallHandler<Q, R> next) {
      inbound.servedBy(call);
      return new ParsedListener<>(next.startCall(call, headers), inbound);
    }
  }

  private static final class ParsedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final InboundCall inbound;

    ParsedListener(ServerCall.Listener<Q> listener, InboundCall inbound) {
      super(listener);
      this.inbound = inbound;
    }

    @Override
    public void onMessage(Q message) {
      inbound.parsed();
      super.onMessage(message);
    }

    @Override
    public void onCancel() {
      inbound.released();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      inbound.released();
      super.onComplete();
    }
  }
}
