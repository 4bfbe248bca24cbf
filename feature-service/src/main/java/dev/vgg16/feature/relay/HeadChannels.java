package dev.vgg16.feature.relay;

import dev.vgg16.security.ClientSecurity;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A connection to each address behind a target. Certificates must have the name of the target, not
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
   * Does not connect yet.
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
  public void refresh() {
    addresses.refresh();
  }

  @Override
  @SuppressWarnings("deprecation") // Else the metrics would name an address in place of the target.
  public ManagedChannel connect(SocketAddress address) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(target, security.credentials())
            .nameResolverFactory(new FixedAddressResolver(address, addresses.authority()))
            .maxInboundMessageSize(MAX_ANSWER_BYTES)
            // ScoreSender sends again what failed: gRPC could do it for short streams only.
            .disableRetry()
            // What receives the answers does not block: it needs no thread of its own.
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
