package dev.vgg16.serving.grpc;

import io.grpc.Attributes;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;

/**
 * Bounds the memory of messages that a server receives and has not parsed, by connection and in
 * all; {@link InboundCall} counts, {@link ReceiveBudget} says how much a connection may have.
 *
 * <p>Real memory is at most some four times what is counted: what is read from a connection at
 * once, with the rest of the frame before, has a buffer of at most twice {@value #MAX_READ} bytes,
 * and each piece of a message counts a quarter of that at least, however little of it is the piece.
 */
final class InboundMessages {

  private static final int MAX_READ = 2 * InboundCall.MIN_PIECE;
  private static final int FIRST_READ = 2 << 10;
  private static final int MIN_READ = 64;

  private final ReceiveBudget budget;

  /**
   * @param limit bytes, for all connections together
   */
  InboundMessages(long limit) {
    this.budget = new ReceiveBudget(limit);
  }

  /** Makes a server count. */
  @SuppressWarnings("deprecation") // Netty's other way needs the channel, which gRPC does not show.
  void configure(NettyServerBuilder builder) {
    builder
        .withChildOption(
            ChannelOption.RCVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(MIN_READ, FIRST_READ, MAX_READ))
        .addTransportFilter(new Connections())
        .addStreamTracerFactory(new Calls())
        .intercept(new ParsedMessages());
  }

  /** Tells connections apart. */
  private final class Connections extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      return attributes.toBuilder()
          .set(Connection.KEY, new Connection(budget.newAccount()))
          .build();
    }
  }

  private static final class Calls extends ServerStreamTracer.Factory {
    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
      return new InboundCall();
    }
  }

  /** Tells a call when one of its messages is parsed. */
  private static final class ParsedMessages implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      ServerCall.Listener<Q> listener = next.startCall(call, headers);
      return InboundCall.current()
          .<ServerCall.Listener<Q>>map(inbound -> new ParsedListener<>(listener, inbound))
          .orElse(listener);
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
  }
}
