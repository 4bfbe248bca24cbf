package dev.vgg16.feature.relay;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.ThreadFactory;

/**
 * Event loops for the connections to the heads alone. gRPC would share those of its server, where
 * clients can keep them busy for seconds, by thousands of handshakes; the answers of a head replica
 * would not be read meanwhile, and it would count as silent.
 */
final class EventLoops implements AutoCloseable {

  /** Netty's own number, by the processors; a thread begins with its first connection. */
  private static final int DEFAULT_THREADS = 0;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(DEFAULT_THREADS, threads(), io());

  private static ThreadFactory threads() {
    return new ThreadFactoryBuilder().setNameFormat("head-connections-%d").setDaemon(true).build();
  }

  private static IoHandlerFactory io() {
    return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  /** Makes a channel use them. */
  void configure(NettyChannelBuilder builder) {
    builder
        .eventLoopGroup(loops)
        .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class);
  }

  /** Does not wait for the tasks that run. */
  @Override
  public void close() {
    var unused = loops.shutdownGracefully();
  }
}
