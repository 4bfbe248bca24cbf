package dev.vgg16.service.management;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the number and lifetime of connections. At the limit the oldest connection is closed, not
 * the new one refused: connections without a request must not block others, and a request is served
 * within milliseconds. For connections of a single event loop.
 */
@ChannelHandler.Sharable
final class ConnectionLimits extends ChannelInboundHandlerAdapter {

  private final int most;
  private final Duration lifetime;
  private final Set<Channel> open = new LinkedHashSet<>();

  ConnectionLimits(int most, Duration lifetime) {
    this.most = most;
    this.lifetime = lifetime;
  }

  @Override
  public void channelActive(ChannelHandlerContext connection) throws Exception {
    Channel channel = connection.channel();
    if (open.size() >= most) {
      Iterator<Channel> oldest = open.iterator();
      Channel evicted = oldest.next();
      oldest.remove();
      close(evicted);
    }
    open.add(channel);
    var timer =
        connection
            .executor()
            .schedule(() -> close(channel), lifetime.toMillis(), TimeUnit.MILLISECONDS);
    var unused = channel.closeFuture().addListener(closed -> timer.cancel(false));
    super.channelActive(connection);
  }

  private static void close(Channel channel) {
    var unused = channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext connection) throws Exception {
    open.remove(connection.channel());
    super.channelInactive(connection);
  }
}
