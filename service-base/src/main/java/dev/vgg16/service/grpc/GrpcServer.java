package dev.vgg16.service.grpc;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.vgg16.security.CertificateExpiry;
import dev.vgg16.security.FileReloader;
import dev.vgg16.security.ServerSecurity;
import dev.vgg16.security.UnusableFileException;
import dev.vgg16.service.management.ExecutorLiveness;
import dev.vgg16.service.management.ProcessHealth.LivenessCheck;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gRPC server with health (grpc.health.v1, for the whole server and for each service) and server
 * reflection.
 *
 * <p>It listens from {@link #start} and says NOT_SERVING until {@link #serving}. {@link #stop} says
 * NOT_SERVING, goes on for the drain delay, then refuses new calls, asks streams to end and waits
 * for what was taken.
 */
public final class GrpcServer {

  private static final Logger logger = LoggerFactory.getLogger(GrpcServer.class);

  /** Enough for the last events of calls that are cut off. */
  private static final Duration CUT_OFF = Duration.ofSeconds(2);

  /** How soon a new certificate or token is seen. */
  private static final Duration RELOAD = Duration.ofSeconds(1);

  /** No event of a call takes so long, not even on a machine that is far too busy. */
  private static final Duration STUCK = Duration.ofMinutes(2);

  private static final int MAX_CALLS = 256;

  /** Messages of the largest size that may be received at a time, by all connections together. */
  private static final long MAX_RECEIVING = 8;

  /**
   * What a client may send of a call before the call asks for it. gRPC would raise it to 8 MiB
   * where much is sent at a time; with many streams that is all the memory there is.
   */
  static final int WINDOW = 256 << 10;

  /** Of one connection, of up to 64 KiB each, before the next has its turn. */
  private static final int READS_IN_A_ROW = 1;

  /** The part of the direct memory that may hold such bytes. */
  private static final int WAITING_PART = 8;

  /** So that open calls take at most half of the heap, though none does anything. */
  private static final int BYTES_PER_CALL = 16 << 10;

  private static final int MAX_METADATA_BYTES = 8 << 10;

  /** A client may let all its calls time out several times in that while. */
  private static final int MAX_RESETS = 1000;

  private static final int RESETS_SECONDS = 10;

  /** A quarter of the memory for what gRPC has under way, or less: bin/*-service. */
  private static final long MAX_UNREAD_BYTES = 128 << 20;

  private final GrpcServerOptions options;
  private final Server server;
  private final CallThreads threads;
  private final HealthStatusManager health = new HealthStatusManager();
  private final List<String> serviceNames;
  private final OpenStreams openStreams;
  private final StreamResets resets = new StreamResets();
  private final LongLivedCalls endlessCalls = new LongLivedCalls();
  private final FileReloader reloading = new FileReloader(RELOAD);
  private final Optional<CertificateExpiry> certificate;
  private boolean stopped;
  private volatile boolean serving;

  /**
   * @param openStreams where the services register their streams
   * @throws UnusableFileException when a certificate, key or token can't be used; names its file
   */
  public GrpcServer(
      GrpcServerOptions options,
      OpenStreams openStreams,
      GrpcOpenTelemetry telemetry,
      List<BindableService> services) {
    this.options = options;
    this.openStreams = openStreams;
    this.threads = new CallThreads(options.threads());
    this.serviceNames =
        services.stream().map(s -> s.bindService().getServiceDescriptor().getName()).toList();
    ServerSecurity security = security();
    this.certificate = security.expiry();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(options.host(), options.port()), counted(security))
            .executor(threads.services())
            .callExecutor(threads)
            .maxInboundMessageSize(options.maxMessageBytes())
            .flowControlWindow(WINDOW)
            // A flood of small frames must not hold up the other connections of its event loop.
            .withChildOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS_IN_A_ROW))
            // Clients that connect anew look up the replicas anew. Calls under way are not cut off.
            .maxConnectionAge(1, TimeUnit.MINUTES)
            // Also those that never say a word; whoever has a call under way is not idle.
            .maxConnectionIdle(30, TimeUnit.SECONDS)
            .handshakeTimeout(10, TimeUnit.SECONDS)
            // Further calls wait at the client. Each may hold a message of the largest size.
            .maxConcurrentCallsPerConnection(MAX_CALLS)
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            // Who opens calls only to reset them (CVE-2023-44487) loses the connection.
            .maxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS)
            // Clients may keep idle connections alive with a ping every 10 s, give or take.
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    new InboundMessages(resets).configure(builder);
    if (options.health()) {
      // Whoever looks after the process has no token.
      builder.addService(builtIn(health.getHealthService()));
    }
    List<ServerServiceDefinition> guarded = new ArrayList<>();
    if (options.reflection()) {
      guarded.add(builtIn(ProtoReflectionServiceV1.newInstance()));
      guarded.add(builtIn(oldReflection()));
    }
    services.forEach(service -> guarded.add(bounded(service)));
    for (ServerServiceDefinition service : guarded) {
      builder.addService(
          security
              .check()
              .map(check -> ServerInterceptors.intercept(service, check))
              .orElse(service));
    }
    telemetry.configureServerBuilder(builder);
    this.server = builder.build();
    setHealth(ServingStatus.NOT_SERVING);
  }

  /** A service that gRPC brings along. */
  private ServerServiceDefinition builtIn(BindableService service) {
    return ServerInterceptors.intercept(SmallMessageLimit.only(bounded(service)), endlessCalls);
  }

  private static ServerServiceDefinition bounded(BindableService service) {
    return ServerInterceptors.intercept(service.bindService(), new UnreadResponses());
  }

  /** What clients ask that do not know grpc.reflection.v1 yet. */
  @SuppressWarnings("deprecation")
  private static BindableService oldReflection() {
    return ProtoReflectionService.newInstance();
  }

  private ServerCredentials counted(ServerSecurity security) {
    return TrackedConnections.of(
        security.credentials(),
        new ConnectionBudgets(
            new ConnectionBudget(MAX_RECEIVING * options.maxMessageBytes()),
            new ConnectionBudget(MAX_UNREAD_BYTES),
            new ConnectionBudget(PlatformDependent.maxDirectMemory() / WAITING_PART),
            new ConnectionBudget(Runtime.getRuntime().maxMemory() / BYTES_PER_CALL)),
        new ConnectionSlots(options.mostConnections(), System::nanoTime),
        resets);
  }

  private ServerSecurity security() {
    try {
      return ServerSecurity.of(options.security(), options.role(), reloading);
    } catch (RuntimeException e) {
      threads.shutdown();
      reloading.close();
      throw e;
    }
  }

  /**
   * Starts to listen.
   *
   * @throws IOException when the address can't be had; the message says which
   */
  public void start() throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      threads.shutdown();
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "can't listen on %s:%d: %s".formatted(options.host(), options.port(), inWords(reason)),
          e);
    }
  }

  private static String inWords(Throwable reason) {
    return reason instanceof UnresolvedAddressException
        ? "unknown host"
        : String.valueOf(reason.getMessage())
            .replaceFirst("^bind\\(\\.\\.\\) failed with error\\(-?\\d+\\): ", "");
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Whether its threads get on with the calls. */
  public LivenessCheck liveness() {
    return new ExecutorLiveness(
        "the gRPC threads", threads.services(), STUCK, Ticker.systemTicker());
  }

  /** When its certificate ends; empty: it has none. */
  public Optional<CertificateExpiry> certificate() {
    return certificate;
  }

  /** Says SERVING: warm-up is over. */
  public void serving() {
    setHealth(ServingStatus.SERVING);
    serving = true;
  }

  /** Whether its health says SERVING. */
  public boolean isServing() {
    return serving;
  }

  /** Stops in order, once; returns when every call has ended or the grace is over. */
  public synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    serving = false;
    health.enterTerminalState();
    Uninterruptibles.sleepUninterruptibly(options.drainDelay());
    server.shutdown();
    openStreams.drain();
    endlessCalls.end();
    if (!endsWithin(options.grace())) {
      logger.warn("calls did not finish in {}: cutting them off", options.grace());
      server.shutdownNow();
      // Their last events still need the executor.
      if (!endsWithin(CUT_OFF)) {
        logger.warn("calls did not end in {} after being cut off", CUT_OFF);
      }
    }
    threads.shutdown();
    reloading.close();
  }

  private boolean endsWithin(Duration time) {
    try {
      return server.awaitTermination(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void setHealth(ServingStatus status) {
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    serviceNames.forEach(name -> health.setStatus(name, status));
  }
}
