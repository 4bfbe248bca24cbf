package dev.vgg16.service.grpc;

import io.grpc.ServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.util.internal.PlatformDependent;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The limits of a server: connections, calls, and the memory that clients can occupy. */
final class TransportLimits {

  private static final int MAX_CALLS = 256;

  /** Messages of the largest size that all connections together may receive at a time. */
  private static final long MAX_RECEIVING = 8;

  /**
   * The flow-control window of a stream. Without it gRPC would raise the window to 8 MiB for fast
   * senders; with many streams that would exhaust the memory.
   */
  static final int WINDOW = 256 << 10;

  /** Of one connection, of up to 64 KiB each, before the next has its turn. */
  private static final int READS_IN_A_ROW = 1;

  /** The part of the direct memory for received bytes that no call has requested. */
  private static final int WAITING_PART = 8;

  /** Twice what an idle call takes, so that open calls take at most half of the heap. */
  private static final int BYTES_PER_CALL = 16 << 10;

  static final int MAX_METADATA_BYTES = 8 << 10;

  /** Allows a client several times to cancel all of its calls within the period. */
  private static final int MAX_RESETS = 1000;

  private static final int RESETS_SECONDS = 10;

  /** At most a quarter of the direct memory that bin/*-service sets. */
  private static final long MAX_UNREAD_BYTES = 128 << 20;

  private TransportLimits() {}

  /**
   * A builder of a server within these limits.
   *
   * @param resets of the server's streams
   */
  static NettyServerBuilder newServerBuilder(
      GrpcServerOptions options, ServerCredentials credentials, StreamResets resets) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(options.host(), options.port()),
                tracked(options, credentials, resets))
            .maxInboundMessageSize(options.maxMessageBytes())
            .flowControlWindow(WINDOW)
            // A flood of small frames must not block the other connections of its event loop.
            .withChildOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS_IN_A_ROW))
            // Also closes connections without any call; one with a call in flight is not idle.
            .maxConnectionIdle(30, TimeUnit.SECONDS)
            .handshakeTimeout(10, TimeUnit.SECONDS)
            // Further calls wait at the client.
            .maxConcurrentCallsPerConnection(MAX_CALLS)
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            // Against rapid reset (CVE-2023-44487).
            .maxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS)
            // Clients may ping idle connections about every 10 s.
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    if (!options.maxConnectionAge().isZero()) {
      // Within a tenth of it. Calls in flight are not affected.
      builder.maxConnectionAge(options.maxConnectionAge().toMillis(), TimeUnit.MILLISECONDS);
    }
    return builder;
  }

  private static ServerCredentials tracked(
      GrpcServerOptions options, ServerCredentials credentials, StreamResets resets) {
    return TrackedConnections.of(
        credentials,
        new ConnectionBudgets(
            new ConnectionBudget(MAX_RECEIVING * options.maxMessageBytes()),
            new ConnectionBudget(MAX_UNREAD_BYTES),
            new ConnectionBudget(PlatformDependent.maxDirectMemory() / WAITING_PART),
            new ConnectionBudget(Runtime.getRuntime().maxMemory() / BYTES_PER_CALL)),
        new ConnectionSlots(options.connectionLimit(), System::nanoTime),
        resets);
  }
}
