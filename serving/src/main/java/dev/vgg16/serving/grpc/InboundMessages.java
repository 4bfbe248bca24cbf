package dev.vgg16.serving.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;

/**
 * Bounds the memory of messages that a server receives and has not parsed, by connection and in
 * all; {@link InboundCall} counts, {@link ConnectionBudget} says how much a connection may have,
 * and {@link UnfinishedMessages} which calls end where that is too much.
 *
 * <p>Real memory is at most some four times what is counted: what is read from a connection at
 * once, with the rest of the frame before, has a buffer of at most twice {@value #MAX_READ} bytes,
 * and each piece of a message counts a quarter of that at least, however little of it is the piece.
 */
final class InboundMessages {

  private static final int MAX_READ = 2 * InboundCall.MIN_PIECE;
  private static final int FIRST_READ = 2 << 10;
  private static final int MIN_READ = 64;

  private final UnfinishedMessages unfinished = new UnfinishedMessages(System::nanoTime);

  /** Makes a server count, whose connections are {@link CountedConnections}. */
  @SuppressWarnings("deprecation") // Netty's other way needs the channel, which gRPC does not show.
  void configure(NettyServerBuilder builder) {
    builder
        .withChildOption(
            ChannelOption.RCVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(MIN_READ, FIRST_READ, MAX_READ))
        .addStreamTracerFactory(new Calls())
        .intercept(new ParsedMessages());
  }

  private final class Calls extends ServerStreamTracer.Factory {
    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
      return new InboundCall(unfinished);
    }
  }

  /** Tells a call when one of its messages is parsed, and when none will be. */
  private static final class ParsedMessages implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      return InboundCall.current()
          .map(inbound -> start(inbound, new EndableCall<>(call), headers, next))
          .orElseGet(() -> next.startCall(call, headers));
    }

    private static <Q, R> ServerCall.Listener<Q> start(
        InboundCall inbound,
        EndableCall<Q, R> call,
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
