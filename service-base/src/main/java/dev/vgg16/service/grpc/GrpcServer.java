package dev.vgg16.service.grpc;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.vgg16.security.CertificateExpiry;
import dev.vgg16.security.FileReloader;
import dev.vgg16.security.ServerSecurity;
import dev.vgg16.security.UnusableFileException;
import dev.vgg16.service.load.LoadReports;
import dev.vgg16.service.management.ExecutorLiveness;
import dev.vgg16.service.management.ProcessHealth.LivenessCheck;
import dev.vgg16.service.outcome.RequestLog;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gRPC server with health (grpc.health.v1, of the server and of each service) and reflection.
 *
 * <p>It listens from {@link #start} on; its health is NOT_SERVING until {@link #serving}. {@link
 * #stop} sets the health to NOT_SERVING, waits for the drain delay, then refuses new calls, drains
 * the streams and waits for the calls in flight.
 */
public final class GrpcServer {

  private static final Logger logger = LoggerFactory.getLogger(GrpcServer.class);

  /** Enough for the last events of terminated calls. */
  private static final Duration TERMINATION = Duration.ofSeconds(2);

  /** The interval of checks for new certificates and tokens. */
  private static final Duration RELOAD = Duration.ofSeconds(1);

  /** Longer than any task of a call takes, even on an overloaded machine. */
  private static final Duration STUCK = Duration.ofMinutes(2);

  private final GrpcServerOptions options;
  private final Server server;
  private final List<ServerServiceDefinition> services;
  private final GrpcOpenTelemetry telemetry;
  private Optional<Server> inProcess = Optional.empty();
  private Supplier<CompletableFuture<Void>> drainCallers =
      () -> CompletableFuture.completedFuture(null);

  private final CallThreads threads;
  private final BuiltInServices builtIn;
  private final OpenStreams openStreams;
  private final FileReloader files = new FileReloader(RELOAD);
  private final ServerSecurity security;
  private boolean stopped;
  private volatile boolean serving;

  /** Without load reports. */
  public GrpcServer(
      GrpcServerOptions options,
      OpenStreams openStreams,
      GrpcOpenTelemetry telemetry,
      List<BindableService> services) {
    this(options, openStreams, telemetry, services, Optional.empty());
  }

  /**
   * @param openStreams where the services register their streams
   * @param load is told to callers
   * @throws UnusableFileException when a certificate, key or token can't be used; names its file
   */
  public GrpcServer(
      GrpcServerOptions options,
      OpenStreams openStreams,
      GrpcOpenTelemetry telemetry,
      List<BindableService> services,
      Optional<LoadReports> load) {
    this.options = options;
    this.openStreams = openStreams;
    this.threads = new CallThreads(options.threads());
    this.builtIn =
        new BuiltInServices(
            services.stream()
                .map(service -> service.bindService().getServiceDescriptor().getName())
                .toList());
    this.security = readSecurity();
    StreamResets resets = new StreamResets();
    NettyServerBuilder builder =
        TransportLimits.newServerBuilder(options, security.credentials(), resets)
            .executor(threads.services())
            .callExecutor(threads);
    new InboundMessages(resets).configure(builder);
    this.services = checked(services, load);
    this.telemetry = telemetry;
    this.server = build(builder);
  }

  private Server build(ServerBuilder<?> builder) {
    if (options.health()) {
      // Without a token, for probes.
      builder.addService(builtIn.health());
    }
    services.forEach(builder::addService);
    if (options.logRequests()) {
      new RequestLog(Ticker.systemTicker()).watch(builder);
    }
    telemetry.configureServerBuilder(builder);
    return builder.build();
  }

  /** All but health: with their limits, and the check of tokens if there is one. */
  private List<ServerServiceDefinition> checked(
      List<BindableService> services, Optional<LoadReports> load) {
    List<ServerServiceDefinition> all = new ArrayList<>();
    if (options.reflection()) {
      all.addAll(builtIn.reflection());
    }
    load.ifPresent(reports -> all.add(builtIn.loadReports(reports)));
    services.forEach(service -> all.add(reporting(UnreadResponses.limit(service), load)));
    return security
        .check()
        .map(check -> all.stream().map(service -> authenticated(service, check)).toList())
        .orElse(all);
  }

  private ServerServiceDefinition authenticated(
      ServerServiceDefinition service, ServerInterceptor check) {
    return options.logRequests()
        ? ServerInterceptors.interceptForward(service, check, RequestLog.authenticatedCallers())
        : ServerInterceptors.intercept(service, check);
  }

  private static ServerServiceDefinition reporting(
      ServerServiceDefinition service, Optional<LoadReports> load) {
    return load.map(reports -> ServerInterceptors.intercept(service, reports.trailers()))
        .orElse(service);
  }

  private ServerSecurity readSecurity() {
    try {
      return ServerSecurity.of(options.security(), options.role(), files);
    } catch (RuntimeException e) {
      threads.shutdown();
      files.close();
      throw e;
    }
  }

  /**
   * Starts to listen.
   *
   * @throws IOException when the address can't be bound; the message names it
   */
  public void start() throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      threads.shutdown();
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "can't listen on %s:%d: %s".formatted(options.host(), options.port(), describe(reason)),
          e);
    }
  }

  /**
   * Serves callers of this process too, from now on until {@link #stop}, with the same services,
   * limits and checks. They name their clients by {@link HttpCaller}.
   *
   * @param callbacks runs what the calls answer
   * @param drain asks the callers to begin nothing new; complete when they have ended what they
   *     began, which may still make calls
   * @return a channel that ends with the server
   */
  public synchronized Channel serveInProcess(
      Executor callbacks, Supplier<CompletableFuture<Void>> drain) throws IOException {
    drainCallers = drain;
    String name = InProcessServerBuilder.generateName();
    inProcess =
        Optional.of(
            build(
                    InProcessServerBuilder.forName(name)
                        .executor(threads.services())
                        .callExecutor(threads)
                        .maxInboundMetadataSize(TransportLimits.MAX_METADATA_BYTES)
                        .intercept(HttpCaller.interceptor()))
                .start());
    return InProcessChannelBuilder.forName(name).executor(callbacks).build();
  }

  private static String describe(Throwable reason) {
    return reason instanceof UnresolvedAddressException
        ? "unknown host"
        : String.valueOf(reason.getMessage())
            .replaceFirst("^bind\\(\\.\\.\\) failed with error\\(-?\\d+\\): ", "");
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Whether its threads make progress. */
  public LivenessCheck liveness() {
    return new ExecutorLiveness(
        "the gRPC threads", threads.services(), STUCK, Ticker.systemTicker());
  }

  /** The expiry of its certificate; empty if it has none. */
  public Optional<CertificateExpiry> certificate() {
    return security.expiry();
  }

  /** Its TLS and tokens. */
  public ServerSecurity security() {
    return security;
  }

  /** Sets the health to SERVING, after warm-up. */
  public void serving() {
    builtIn.setServing();
    serving = true;
  }

  /** Whether its health is SERVING. */
  public boolean isServing() {
    return serving;
  }

  /** Whether it takes no more calls. */
  public boolean isShutdown() {
    return server.isShutdown();
  }

  /** Shuts down gracefully; returns when every call has ended or the grace period is over. */
  public synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    serving = false;
    builtIn.enterTerminalState();
    Uninterruptibles.sleepUninterruptibly(options.drainDelay());
    server.shutdown();
    openStreams.drain();
    builtIn.endCalls();
    long end = System.nanoTime() + options.grace().toNanos();
    drainCallers(end);
    inProcess.ifPresent(Server::shutdown);
    if (!endsBy(end)) {
      logger.warn("calls did not finish in {}: terminating them", options.grace());
      server.shutdownNow();
      inProcess.ifPresent(Server::shutdownNow);
      // Their last events need the executor.
      if (!endsBy(System.nanoTime() + TERMINATION.toNanos())) {
        logger.warn("calls did not end in {} after termination", TERMINATION);
      }
    }
    threads.shutdown();
    files.close();
  }

  private void drainCallers(long end) {
    try {
      drainCallers.get().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      logger.warn("not all requests of HTTP have ended in {}", options.grace());
    }
  }

  private boolean endsBy(long end) {
    try {
      return server.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)
          && (inProcess.isEmpty()
              || inProcess.get().awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
