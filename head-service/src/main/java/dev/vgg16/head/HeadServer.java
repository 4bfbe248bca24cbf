package dev.vgg16.head;

import dev.vgg16.head.admin.HeadAdminApi;
import dev.vgg16.head.api.DriftReports;
import dev.vgg16.head.api.HeadApi;
import dev.vgg16.head.api.MapTracing;
import dev.vgg16.head.api.ModelLoading;
import dev.vgg16.head.api.ProgressReports;
import dev.vgg16.head.registry.FolderSync;
import dev.vgg16.head.registry.FolderWatcher;
import dev.vgg16.head.registry.HeadFolder;
import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.MapListener;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.shadow.ShadowScoring;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.service.grpc.GrpcServer;
import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.service.lifecycle.Lifecycle;
import dev.vgg16.service.lifecycle.ServiceProgram;
import dev.vgg16.service.management.Management;
import dev.vgg16.service.telemetry.CertificateMetrics;
import dev.vgg16.service.telemetry.ServiceBuild;
import dev.vgg16.service.telemetry.StandardError;
import dev.vgg16.service.telemetry.Telemetry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The head service: creates its components, and stops them in the order in which accepted requests
 * are completed.
 */
public final class HeadServer {

  private static final Logger logger = LoggerFactory.getLogger(HeadServer.class);

  private static final ServiceBuild BUILD = ServiceBuild.of("head-service", HeadServer.class);

  /** Several times in the second after which clients give up a silent replica. */
  private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(250);

  private final GrpcServer server;

  private HeadServer(GrpcServer server) {
    this.server = server;
  }

  public static void main(String[] args) throws InterruptedException {
    System.exit(ServiceProgram.run(new HeadServerCommand(), "HEAD_SERVICE", System.getenv(), args));
  }

  /**
   * Starts the service; it is SERVING when this returns.
   *
   * @param lifecycle stops the components
   * @throws Exception when it can't start; the message is one line
   */
  static HeadServer start(HeadServerOptions options, Lifecycle lifecycle) throws Exception {
    long begin = System.nanoTime();
    Management management =
        lifecycle.add(Management.start(BUILD, options.management(), System.getenv()));
    Telemetry telemetry = management.telemetry();
    FolderSync heads =
        FolderSync.load(
            new HeadFolder(options.heads()),
            options.defaultHead(),
            lifecycle.add(new OpenModels()),
            new LoadMetrics(telemetry.meter()));
    HeadRegistry registry = lifecycle.add(heads.registry());
    LoadMetrics.watch(telemetry.meter(), heads);
    GrpcServer server = serve(options, registry, telemetry, lifecycle);
    if (!options.watchHeads().isZero()) {
      lifecycle.add(new FolderWatcher(heads, options.watchHeads()));
    }
    if (options.admin().isPresent()) {
      startAdmin(options.admin().get(), heads, telemetry, lifecycle);
    }
    StandardError.silenceNativeCode();
    server.serving();
    management.health().add(server.liveness());
    management.health().readyWhen(server::isServing);
    telemetry.measureProcess();
    logger.info(
        "serving on {}:{}, {} head(s), default {}, ready after {} ms",
        options.grpc().host(),
        server.port(),
        registry.all().size(),
        registry.defaultHead(),
        (System.nanoTime() - begin) / 1_000_000);
    return new HeadServer(server);
  }

  /** Starts the server, which is not SERVING yet. */
  private static GrpcServer serve(
      HeadServerOptions options, HeadRegistry registry, Telemetry telemetry, Lifecycle lifecycle)
      throws IOException {
    ProgressReports progress = lifecycle.add(ProgressReports.every(PROGRESS_INTERVAL));
    Optional<DriftMetrics> drift = drift(options, telemetry, registry);
    BatchScorer scorer =
        lifecycle.add(
            new BatchScorer(
                new HeadMetrics(telemetry.meter(), () -> manifests(registry), progress::step),
                drift.<MapListener>map(it -> it).orElse(MapListener.NONE),
                options.maxBatch()));
    OpenStreams openStreams = new OpenStreams();
    HeadApi api =
        new HeadApi(
            registry,
            scorer,
            options.maxBatch(),
            openStreams,
            progress,
            lifecycle.add(new ModelLoading()),
            options.streamWindow(),
            MapTracing.of(telemetry.tracer()),
            drift.<DriftReports>map(it -> it).orElse(DriftReports.NONE),
            lifecycle.add(
                new ShadowScoring(new ArmMetrics(telemetry.meter()), options.maxBatch())));
    GrpcServer server =
        new GrpcServer(
            options.grpc(),
            openStreams,
            telemetry.grpc(),
            List.of(options.items().watch(api, telemetry.meter())));
    server.start();
    lifecycle.add(server::stop);
    server
        .certificate()
        .ifPresent(own -> CertificateMetrics.of(own::notAfter, "server", telemetry.meter()));
    return server;
  }

  private static void startAdmin(
      GrpcServerOptions options, FolderSync heads, Telemetry telemetry, Lifecycle lifecycle)
      throws IOException {
    GrpcServer admin =
        new GrpcServer(
            options, new OpenStreams(), telemetry.grpc(), List.of(new HeadAdminApi(heads)));
    admin.start();
    lifecycle.add(admin::stop);
    admin.serving();
    logger.info("heads are administered on {}:{}", options.host(), admin.port());
  }

  private static Optional<DriftMetrics> drift(
      HeadServerOptions options, Telemetry telemetry, HeadRegistry registry) {
    return options.driftSample() == 0
        ? Optional.empty()
        : Optional.of(
            new DriftMetrics(telemetry.meter(), () -> manifests(registry), options.driftSample()));
  }

  private static List<HeadManifest> manifests(HeadRegistry registry) {
    return registry.all().stream().map(Head::manifest).toList();
  }

  /** The port it listens on. */
  int port() {
    return server.port();
  }
}
