package dev.vgg16.service.grpc;

import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Counts the bytes of a connection's queued responses: from when gRPC writes one to the channel
 * until it is written to the socket, which HTTP/2's flow control may delay, or dropped. Must be the
 * last handler of the pipeline, before gRPC's messages are split into frames.
 */
final class QueuedFrames extends ChannelOutboundHandlerAdapter {

  /** The overhead of a frame: about ten small objects. */
  static final int OVERHEAD = 512;

  private final ConnectionBudget.Account unread;

  QueuedFrames(ConnectionBudget.Account unread) {
    this.unread = unread;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof ByteBufHolder frame) {
      long bytes = (long) OVERHEAD + frame.content().capacity();
      // The limit is checked by UnreadResponses.
      boolean unused = unread.add(bytes);
      var unusedFuture = promise.addListener(done -> unread.release(bytes));
    }
    var unusedWrite = context.write(message, promise);
  }
}
