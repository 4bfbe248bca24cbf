package dev.vgg16.client;

import dev.vgg16.security.ClientSecurity;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.security.FileLoader;
import dev.vgg16.security.UnusableFileException;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A channel to one service. Thread-safe. */
public final class ServiceConnection implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  // The services allow a ping every 10 s.
  private static final int KEEPALIVE_SECONDS = 30;
  private static final int CLOSE_SECONDS = 1;

  private final String target;
  private final ManagedChannel channel;

  private ServiceConnection(String target, ManagedChannel channel) {
    this.target = target;
    this.channel = channel;
  }

  /**
   * Creates a connection; it connects with the first call.
   *
   * @param target HOST:PORT, or a gRPC target with a scheme, such as dns:///heads:50052
   * @throws ServiceFailure when gRPC refuses the target
   * @throws IllegalArgumentException when the target is not HOST:PORT, or the token would be sent
   *     to another machine without TLS
   * @throws UnusableFileException when a certificate, key or token can't be used
   */
  public static ServiceConnection open(String target, ClientSecurityOptions security) {
    TargetAddress.check(target);
    security.checkReaches("", target);
    try {
      return new ServiceConnection(
          target, channel(target, ClientSecurity.of(security, FileLoader.ONCE)));
    } catch (IllegalArgumentException e) {
      throw ServiceFailure.badAddress(target, e);
    }
  }

  private static ManagedChannel channel(String target, ClientSecurity security) {
    NettyChannelBuilder builder = NettyChannelBuilder.forTarget(target, security.credentials());
    security.token().ifPresent(builder::intercept);
    return builder
        // The callbacks of this library never block: they put events into a queue.
        .directExecutor()
        // StreamUploader resends, since it knows which items have a response.
        .disableRetry()
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        // gRPC's default is 20 s.
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
        .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
        .build();
  }

  /** The address, as it was given. */
  public String target() {
    return target;
  }

  /** For stubs; their callbacks must not block. */
  public Channel channel() {
    return channel;
  }

  /** Makes the next call connect at once, also while gRPC waits after a failed attempt. */
  public void resetConnectBackoff() {
    channel.resetConnectBackoff();
  }

  /**
   * Makes a blocking call.
   *
   * @throws ServiceFailure in place of gRPC's exceptions
   */
  public <T> T call(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw ServiceFailure.of(target, e);
    }
  }

  /** Lets open calls complete for a second, then cancels them. */
  @Override
  public void close() {
    channel.shutdown();
    try {
      boolean unused = channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    channel.shutdownNow();
  }
}
