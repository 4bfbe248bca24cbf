package dev.vgg16.feature.relay;

import dev.vgg16.security.ClientSecurity;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A connection to each address behind a target. Whom a certificate must name is the target, and not
 * the address.
 */
public final class HeadChannels implements HeadReplicas {

  /** Scores take up to 17 MiB; the list of many heads with many classes may take more. */
  static final int MAX_ANSWER_BYTES = 64 << 20;

  private final String target;
  private final ClientSecurity security;
  private final GrpcOpenTelemetry telemetry;
  private final TargetAddresses addresses;
  private final EventLoops loops = new EventLoops();

  private HeadChannels(String target, ClientSecurity security, GrpcOpenTelemetry telemetry) {
    this.target = target;
    this.security = security;
    this.telemetry = telemetry;
    this.addresses = new TargetAddresses(target);
  }

  /**
   * Connects to none yet.
   *
   * @throws IllegalArgumentException when the target can't be one
   */
  public static HeadChannels open(
      String target, ClientSecurity security, GrpcOpenTelemetry telemetry) {
    return new HeadChannels(target, security, telemetry);
  }

  @Override
  public void watch(Listener listener) {
    addresses.watch(listener);
  }

  @Override
  public void lookAgain() {
    addresses.lookAgain();
  }

  @Override
  @SuppressWarnings("deprecation") // Else the metrics would name an address in place of the target.
  public ManagedChannel connect(SocketAddress address) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(target, security.credentials())
            .nameResolverFactory(new FixedAddressResolver(address, addresses.authority()))
            .maxInboundMessageSize(MAX_ANSWER_BYTES)
            // Sending again is the client's work: gRPC could do it only for short streams.
            .disableRetry()
            // Answers are handed on without waiting for anything: no other thread is needed.
            .directExecutor()
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(2, TimeUnit.SECONDS);
    loops.configure(builder);
    security.token().ifPresent(builder::intercept);
    telemetry.configureChannelBuilder(builder);
    return builder.build();
  }

  @Override
  public void close() {
    addresses.close();
    loops.close();
  }
}
