package dev.vgg16.service.grpc;

import io.grpc.Attributes;
import io.grpc.ServerCredentials;
import io.grpc.internal.ObjectPool;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import java.util.concurrent.Executor;

/**
 * Installs the handlers that limit a server's connections and count their bytes, and sets the
 * attribute {@link Connection#KEY} of their calls.
 *
 * <p>gRPC passes a connection's channel only to its protocol negotiators, an internal interface
 * that its xDS module uses too. No public interface reports when bytes are written to the socket:
 * tracers are notified when a message is serialized, and {@code isReady} has one threshold per
 * call.
 */
final class TrackedConnections implements InternalProtocolNegotiator.ServerFactory {

  private final InternalProtocolNegotiator.ServerFactory secured;
  private final ConnectionBudgets budgets;
  private final ConnectionSlots slots;
  private final StreamResets resets;
  private final RefusedConnections refused = new RefusedConnections(System::nanoTime);

  private TrackedConnections(
      InternalProtocolNegotiator.ServerFactory secured,
      ConnectionBudgets budgets,
      ConnectionSlots slots,
      StreamResets resets) {
    this.secured = secured;
    this.budgets = budgets;
    this.slots = slots;
    this.resets = resets;
  }

  /** The same credentials, for a server with limits. */
  static ServerCredentials of(
      ServerCredentials credentials,
      ConnectionBudgets budgets,
      ConnectionSlots slots,
      StreamResets resets) {
    return InternalNettyServerCredentials.create(
        new TrackedConnections(
            InternalNettyServerCredentials.toNegotiator(credentials), budgets, slots, resets));
  }

  @Override
  public ProtocolNegotiator newNegotiator(ObjectPool<? extends Executor> executors) {
    ProtocolNegotiator negotiator = secured.newNegotiator(executors);
    return new ProtocolNegotiator() {
      @Override
      public AsciiString scheme() {
        return negotiator.scheme();
      }

      @Override
      public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
        return new Setup(grpc, negotiator.newHandler(grpc));
      }

      @Override
      public void close() {
        negotiator.close();
      }
    };
  }

  /** The first handler of a connection; leaves the pipeline with the first bytes. */
  private final class Setup extends ChannelInboundHandlerAdapter {
    private final GrpcHttp2ConnectionHandler grpc;
    private final ChannelHandler negotiation;
    private final Connection connection = budgets.newConnection();

    Setup(GrpcHttp2ConnectionHandler grpc, ChannelHandler negotiation) {
      this.grpc = grpc;
      this.negotiation = negotiation;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      Channel channel = context.channel();
      slots
          .acquire(ConnectionSlots.addressOf(channel), () -> closeAtOnce(channel))
          .ifPresentOrElse(
              slot -> {
                InboundFrames.count(grpc, connection, slot, resets);
                var unused = channel.closeFuture().addListener(closed -> slot.release());
              },
              () -> {
                refused.refused(channel.remoteAddress(), slots.most());
                closeAtOnce(channel);
              });
      context.pipeline().addAfter(context.name(), null, negotiation);
      context.pipeline().addLast(new QueuedFrames(connection.unread()));
    }

    /** Without HTTP/2's GOAWAY or TLS's close_notify, which would wait for the peer. */
    private static void closeAtOnce(Channel channel) {
      channel.eventLoop().execute(() -> channel.unsafe().close(channel.newPromise()));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ProtocolNegotiationEvent begins) {
        Attributes attributes =
            InternalProtocolNegotiationEvent.getAttributes(begins).toBuilder()
                .set(Connection.KEY, connection)
                .build();
        context.fireUserEventTriggered(
            InternalProtocolNegotiationEvent.withAttributes(begins, attributes));
      } else {
        context.fireUserEventTriggered(event);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      // The TLS handler, if any, is installed by now.
      ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
      String before = tls == null ? context.name() : tls.name();
      context.pipeline().addAfter(before, null, new FrameBuffers());
      context.fireChannelRead(bytes);
      context.pipeline().remove(this);
    }
  }
}
