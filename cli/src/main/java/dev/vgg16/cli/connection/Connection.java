package dev.vgg16.cli.connection;

import dev.vgg16.security.ClientSecurity;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.security.FileLoader;
import dev.vgg16.security.UnusableFileException;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.GetBackboneRequest;
import dev.vgg16.v1.GetBackboneResponse;
import dev.vgg16.v1.HeadServiceGrpc;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A connection to one service, which closes in order. */
public final class Connection implements AutoCloseable {

  /** How long a call outside a stream may take. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private static final int READY_BYTES = 1 << 20;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  // The services allow a ping every 10 s.
  private static final int KEEPALIVE_SECONDS = 30;
  private static final int CLOSING_SECONDS = 1;

  private final String target;
  private final ManagedChannel channel;

  private Connection(String target, ManagedChannel channel) {
    this.target = target;
    this.channel = channel;
  }

  /**
   * Opens a connection; it connects with the first call.
   *
   * @throws ServiceFailure when gRPC takes the target for no address
   * @throws IllegalArgumentException when the target is not HOST:PORT, or the token would go to
   *     another machine without TLS
   * @throws UnusableFileException when a certificate, key or token can't be used
   */
  public static Connection open(String target, ClientSecurityOptions security) {
    TargetAddress.check(target);
    security.checkReaches("", target);
    try {
      return new Connection(target, channel(target, ClientSecurity.of(security, FileLoader.ONCE)));
    } catch (IllegalArgumentException e) {
      throw ServiceFailure.badAddress(target, e);
    }
  }

  private static ManagedChannel channel(String target, ClientSecurity security) {
    NettyChannelBuilder builder = NettyChannelBuilder.forTarget(target, security.credentials());
    security.token().ifPresent(builder::intercept);
    return builder
        // What runs on its threads here never blocks: it puts events into a queue.
        .directExecutor()
        // A stream is sent again by `exchange`, which knows what was answered.
        .disableRetry()
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        // As soon as nothing answers there, that is told; by itself gRPC goes on for 20 s.
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
        .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
        .build();
  }

  public String target() {
    return target;
  }

  /** For stubs. */
  public Channel channel() {
    return channel;
  }

  /** Makes the next call connect at once, even where the last attempt has just failed. */
  public void connectAnew() {
    channel.resetConnectBackoff();
  }

  /**
   * Makes a call.
   *
   * @throws ServiceFailure in the place of gRPC's exceptions
   */
  public <T> T ask(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw ServiceFailure.of(target, e);
    }
  }

  /** Which backbone runs there, where a feature service is. */
  public GetBackboneResponse backbone() {
    return ask(
        () ->
            FeatureServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .getBackbone(GetBackboneRequest.getDefaultInstance()));
  }

  /** For streams of images. It connects at once, even where the last attempt has just failed. */
  public FeatureServiceGrpc.FeatureServiceStub features() {
    connectAnew();
    return FeatureServiceGrpc.newStub(channel)
        // Flow control, not the default of 32 KiB, bounds what is under way.
        .withOnReadyThreshold(READY_BYTES);
  }

  /** To ask a head service. */
  public HeadServiceGrpc.HeadServiceBlockingStub heads() {
    return HeadServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    channel.shutdown();
    try {
      boolean unused = channel.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    channel.shutdownNow();
  }
}
