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
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
  private final CallThreads threads;
  private final BuiltInServices builtIn;
  private final OpenStreams openStreams;
  private final FileReloader files = new FileReloader(RELOAD);
  private final Optional<CertificateExpiry> certificate;
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
    ServerSecurity security = security();
    this.certificate = security.expiry();
    StreamResets resets = new StreamResets();
    NettyServerBuilder builder =
        TransportLimits.newServerBuilder(options, security.credentials(), resets)
            .executor(threads.services())
            .callExecutor(threads);
    new InboundMessages(resets).configure(builder);
    addServices(builder, services, load, security.check());
    if (options.logRequests()) {
      new RequestLog(Ticker.systemTicker()).watch(builder);
    }
    telemetry.configureServerBuilder(builder);
    this.server = builder.build();
  }

  private void addServices(
      NettyServerBuilder builder,
      List<BindableService> services,
      Optional<LoadReports> load,
      Optional<ServerInterceptor> tokenCheck) {
    if (options.health()) {
      // Without a token, for probes.
      builder.addService(builtIn.health());
    }
    List<ServerServiceDefinition> checked = new ArrayList<>();
    if (options.reflection()) {
      checked.addAll(builtIn.reflection());
    }
    load.ifPresent(reports -> checked.add(builtIn.loadReports(reports)));
    services.forEach(service -> checked.add(reporting(UnreadResponses.limit(service), load)));
    for (ServerServiceDefinition service : checked) {
      builder.addService(tokenCheck.map(check -> authenticated(service, check)).orElse(service));
    }
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

  private ServerSecurity security() {
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
    return certificate;
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
    if (!endsWithin(options.grace())) {
      logger.warn("calls did not finish in {}: terminating them", options.grace());
      server.shutdownNow();
      // Their last events need the executor.
      if (!endsWithin(TERMINATION)) {
        logger.warn("calls did not end in {} after termination", TERMINATION);
      }
    }
    threads.shutdown();
    files.close();
  }

  private boolean endsWithin(Duration time) {
    try {
      return server.awaitTermination(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
