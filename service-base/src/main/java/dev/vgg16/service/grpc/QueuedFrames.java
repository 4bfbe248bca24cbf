package dev.vgg16.service.grpc;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufHolder;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;

/**
 * Counts what a connection holds of answers: from when gRPC hands one to the connection until it is
 * written to the socket, which HTTP/2's flow control may put off, or dropped. It must be the
 * pipeline's last handler, where gRPC's frames are not cut up yet and their promises are gRPC's
 * own.
 */
final class QueuedFrames extends ChannelOutboundHandlerAdapter {

  /** What a frame takes beside its bytes: about ten small objects. */
  static final int OVERHEAD = 512;

  private final ConnectionBudget.Account unread;

  QueuedFrames(ConnectionBudget.Account unread) {
    this.unread = unread;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof ByteBufHolder frame) {
      long bytes = (long) OVERHEAD + frame.content().capacity();
      // Answers were refused before, if that is too much.
      boolean unused = unread.add(bytes);
      var unusedFuture = promise.addListener(done -> unread.giveBack(bytes));
    }
    var unusedWrite = context.write(message, promise);
  }
}
