package dev.vgg16.feature.relay;

import dev.vgg16.serving.security.ClientSecurity;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import java.util.concurrent.TimeUnit;

/** Channels to the head service. */
public final class HeadChannels {

  private HeadChannels() {}

  /** A channel over all addresses behind the target, which are used in turn. */
  public static ManagedChannel open(
      String target, ClientSecurity security, GrpcOpenTelemetry telemetry) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(target, security.credentials())
            .defaultLoadBalancingPolicy("round_robin")
            // Sending again is the client's work: gRPC could do it only for short streams.
            .disableRetry()
            // Answers are handed on without waiting for anything: no other thread is needed.
            .directExecutor()
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(2, TimeUnit.SECONDS);
    security.token().ifPresent(builder::intercept);
    telemetry.configureChannelBuilder(builder);
    return builder.build();
  }
}
