package dev.vgg16.service.management;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.vgg16.service.telemetry.Telemetry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves {@code /livez}, {@code /readyz} and {@code /metrics} over plain HTTP. A client that sends
 * half a request or does not read its response occupies a little memory until the connection's
 * lifetime ends, and no thread.
 */
public final class ManagementServer implements AutoCloseable {

  private static final int MAX_CONNECTIONS = 64;
  private static final Duration LIFETIME = Duration.ofSeconds(30);
  private static final int CLOSE_SECONDS = 5;
  private static final int MAX_WAITING_FOR_METRICS = 16;
  private static final int MAX_LINE_BYTES = 4 << 10;
  private static final int MAX_HEADER_BYTES = 8 << 10;
  private static final int MAX_CHUNK_BYTES = 4 << 10;

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, threads("management"), NioIoHandler.newFactory());
  private final ExecutorService metrics =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING_FOR_METRICS),
          threads("metrics"));
  private final Channel listening;

  /**
   * Starts to listen.
   *
   * @throws IOException when the address can't be bound; the message names it
   */
  public ManagementServer(ManagementOptions options, ProcessHealth health, Telemetry telemetry)
      throws IOException {
    ChannelFuture bound =
        bootstrap(new ManagementPages(health, telemetry, metrics))
            .bind(new InetSocketAddress(options.host(), options.port()))
            .awaitUninterruptibly();
    listening = bound.channel();
    if (!bound.isSuccess()) {
      close();
      throw new IOException(
          "can't listen on %s:%d, the management address: %s"
              .formatted(options.host(), options.port(), describe(bound.cause())),
          bound.cause());
    }
  }

  private ServerBootstrap bootstrap(ManagementPages pages) {
    ConnectionLimits limits = new ConnectionLimits(MAX_CONNECTIONS, LIFETIME);
    return new ServerBootstrap()
        .group(loop)
        .channel(NioServerSocketChannel.class)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel connection) {
                connection
                    .pipeline()
                    .addLast(
                        limits,
                        new HttpServerCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_CHUNK_BYTES),
                        new HttpHandler(pages));
              }
            });
  }

  private static String describe(Throwable reason) {
    return reason instanceof UnresolvedAddressException
        ? "unknown host"
        : String.valueOf(reason.getMessage());
  }

  private static ThreadFactory threads(String name) {
    return new ThreadFactoryBuilder().setNameFormat(name).setDaemon(true).build();
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Stops listening; returns when the port is free, or after some seconds when it can't be. */
  @Override
  public void close() {
    var unusedClose = listening.close().awaitUninterruptibly();
    // The JDK keeps the socket open until the event loop's selector has let go of it.
    var unusedEnd =
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS)
            .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    metrics.shutdownNow();
  }
}
