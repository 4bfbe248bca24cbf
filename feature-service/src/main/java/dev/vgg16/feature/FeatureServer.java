package dev.vgg16.feature;

import com.google.common.base.Ticker;
import dev.vgg16.feature.api.BackboneDescription;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.feature.backbone.BackboneLoader;
import dev.vgg16.feature.backbone.BackboneManifest;
import dev.vgg16.feature.backbone.BackboneMetrics;
import dev.vgg16.feature.backbone.LoadingBackbone;
import dev.vgg16.feature.cache.CacheMetrics;
import dev.vgg16.feature.cache.FeatureCache;
import dev.vgg16.feature.cache.MapStore;
import dev.vgg16.feature.http.GrpcCalls;
import dev.vgg16.feature.http.HttpServer;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.feature.load.LoadCounters;
import dev.vgg16.feature.load.LoadMeter;
import dev.vgg16.feature.load.LoadReporting;
import dev.vgg16.feature.load.LoadSource;
import dev.vgg16.feature.oip.InferenceApi;
import dev.vgg16.feature.pipeline.BatcherMetrics;
import dev.vgg16.feature.pipeline.FeaturePipeline;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.feature.pipeline.ImageMetrics;
import dev.vgg16.feature.pipeline.QueueMetrics;
import dev.vgg16.feature.pipeline.Scorer;
import dev.vgg16.feature.relay.DnsCaching;
import dev.vgg16.feature.relay.HeadChannels;
import dev.vgg16.feature.relay.HeadClient;
import dev.vgg16.feature.relay.HeadClientMetrics;
import dev.vgg16.feature.relay.MapRelay;
import dev.vgg16.feature.relay.PooledHeads;
import dev.vgg16.feature.relay.PooledMapRelay;
import dev.vgg16.feature.relay.WireOptions;
import dev.vgg16.inference.batch.Batcher;
import dev.vgg16.inference.batch.BatcherListener;
import dev.vgg16.inference.batch.BatcherOptions;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.security.ClientSecurity;
import dev.vgg16.security.FileReloader;
import dev.vgg16.service.grpc.GrpcServer;
import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.service.grpc.StreamAge;
import dev.vgg16.service.grpc.StreamAgeCheck;
import dev.vgg16.service.lifecycle.Lifecycle;
import dev.vgg16.service.lifecycle.ServiceProgram;
import dev.vgg16.service.load.LoadReports;
import dev.vgg16.service.management.Management;
import dev.vgg16.service.telemetry.CertificateMetrics;
import dev.vgg16.service.telemetry.ServiceBuild;
import dev.vgg16.service.telemetry.StandardError;
import dev.vgg16.service.telemetry.Telemetry;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feature service: creates its parts and connects them. They are stopped in reverse order, so
 * that requests which were accepted are answered first.
 */
public final class FeatureServer {

  private static final Logger logger = LoggerFactory.getLogger(FeatureServer.class);

  private static final ServiceBuild BUILD = ServiceBuild.of("feature-service", FeatureServer.class);

  /** Maps that may wait for the heads, in addition to the batches that run. */
  private static final int MAPS_IN_FLIGHT = 32;

  /** Batches that may wait for the heads, however large they are. */
  private static final int MIN_BATCHES_IN_FLIGHT = 4;

  /** The interval of checks for new certificates and tokens. */
  private static final Duration RELOAD_INTERVAL = Duration.ofSeconds(1);

  private final FeatureServerOptions options;
  private final Lifecycle lifecycle;
  private final Management management;
  private final Telemetry telemetry;
  private final Meter meter;

  private FeatureServer(FeatureServerOptions options, Lifecycle lifecycle, Management management) {
    this.options = options;
    this.lifecycle = lifecycle;
    this.management = management;
    this.telemetry = management.telemetry();
    this.meter = telemetry.meter();
  }

  public static void main(String[] args) throws InterruptedException {
    DnsCaching.turnOff();
    System.exit(
        ServiceProgram.run(new FeatureServerCommand(), "FEATURE_SERVICE", System.getenv(), args));
  }

  /**
   * Starts the service; it is SERVING when this returns.
   *
   * @param lifecycle gets the parts, and stops them
   * @throws Exception when it can't; the message is one line
   */
  static void start(FeatureServerOptions options, Lifecycle lifecycle) throws Exception {
    long begin = System.nanoTime();
    Management management =
        lifecycle.add(Management.start(BUILD, options.management(), System.getenv()));
    new FeatureServer(options, lifecycle, management).start(begin);
  }

  private void start(long begin) throws Exception {
    LoadingBackbone loading =
        lifecycle.add(
            LoadingBackbone.start(new BackboneLoader(options.backbone(), options.wire().forms())));
    ImageReader.warmUp(options.images());
    HeadClient heads = connectToHeads();
    Backbone backbone = loading.await();
    BackboneMetrics.of(backbone, meter);
    BatcherOptions batching =
        options
            .batching()
            .of(
                backbone.maxBatch(),
                backbone.instances(),
                Runtime.getRuntime().availableProcessors());
    ImageReader reader = reader(backbone.manifest());
    FeaturePipeline pipeline =
        lifecycle.add(pipeline(reader, backbone, heads, batching.maxBatch()));
    LoadCounters counters = new LoadCounters(new BatcherMetrics(meter));
    Optional<LoadMeter> load = loadMeter(counters, batching);
    Batcher<ImageJob, RowBuffer> batcher =
        startBatcher(batching, pipeline, load.<BatcherListener>map(it -> it).orElse(counters));
    Jobs jobs = jobs(backbone.manifest(), pipeline, batcher);
    OpenStreams openStreams = openStreams();
    Apis apis =
        new Apis(
            reader,
            jobs,
            BackboneDescription.of(backbone, options.images(), batching.maxBatch()),
            openStreams,
            options.streamWindow(),
            new ImageMetrics(meter, counters),
            telemetry.tracer());
    GrpcServer server =
        newServer(
            options.grpc().withMessagesOf(InferenceApi.maxRequestBytes(apis.backbone())),
            List.of(
                apis.features(),
                apis.inference(BUILD.version(), management.health()::isReady, heads)),
            openStreams,
            load.map(it -> reportLoad(it, batcher)));
    if (options.http().isOn()) {
      serveHttp(
          server,
          heads,
          new LoadSource(
              BUILD.version(),
              apis.backbone(),
              counters,
              new LoadGauges(batcher, batching, heads)));
    }
    start(server);
    serve(server);
    logger.info(
        "serving on {}:{}, heads at {}, batches of up to {}, ready after {} ms",
        options.grpc().host(),
        server.port(),
        options.heads().target(),
        batching.maxBatch(),
        (System.nanoTime() - begin) / 1_000_000);
  }

  private OpenStreams openStreams() {
    StreamAge age = options.balancing().streamAge();
    OpenStreams openStreams = new OpenStreams(age);
    if (age.isLimited()) {
      lifecycle.add(StreamAgeCheck.start(openStreams, age));
    }
    return openStreams;
  }

  private HeadClient connectToHeads() {
    FileReloader files = lifecycle.add(new FileReloader(RELOAD_INTERVAL));
    ClientSecurity security = ClientSecurity.of(options.headSecurity(), files);
    security.expiry().ifPresent(own -> CertificateMetrics.of(own::notAfter, "heads", meter));
    HeadChannels channels = HeadChannels.open(options.heads().target(), security, telemetry.grpc());
    HeadClient heads = lifecycle.add(new HeadClient(channels, options.heads()));
    HeadClientMetrics.of(heads, meter);
    return heads;
  }

  private ImageReader reader(BackboneManifest manifest) {
    return new ImageReader(
        options.images(), manifest.inputHeight(), manifest.inputWidth(), manifest.preprocessing());
  }

  private FeaturePipeline pipeline(
      ImageReader reader, Backbone backbone, HeadClient heads, int maxBatch) {
    return new FeaturePipeline(
        reader,
        backbone,
        scorer(heads),
        new MapRelay(heads::score, WireOptions.DEFAULT, meter),
        options.wire().forms(),
        maxBatch,
        backbone.instances() + Math.max(MIN_BATCHES_IN_FLIGHT, MAPS_IN_FLIGHT / maxBatch));
  }

  private Scorer scorer(HeadClient heads) {
    MapRelay relay = new MapRelay(heads::score, options.wire(), meter);
    if (!options.wire().pooledMaps()) {
      return relay;
    }
    PooledHeads pooledHeads = new PooledHeads(heads::list);
    pooledHeads.refresh();
    return new PooledMapRelay(relay, pooledHeads, options.heads().timeout());
  }

  private Optional<LoadMeter> loadMeter(BatcherListener next, BatcherOptions batching) {
    return options.balancing().loadReports()
        ? Optional.of(new LoadMeter(next, batching.workers(), Ticker.systemTicker()))
        : Optional.empty();
  }

  private LoadReports reportLoad(LoadMeter load, Batcher<?, ?> batcher) {
    return lifecycle
        .add(LoadReporting.start(load, () -> batcher.queueLength() + batcher.parkedItems()))
        .reports();
  }

  private Batcher<ImageJob, RowBuffer> startBatcher(
      BatcherOptions batching, FeaturePipeline pipeline, BatcherListener listener) {
    Batcher<ImageJob, RowBuffer> batcher =
        lifecycle.add(new Batcher<>("images", batching, pipeline, listener));
    QueueMetrics.of(batcher, batching, meter);
    management.health().add(() -> StalledBatcher.describe(batcher.progress()));
    return batcher;
  }

  private Jobs jobs(
      BackboneManifest manifest, FeaturePipeline pipeline, Batcher<ImageJob, RowBuffer> batcher) {
    if (!options.cache().isOn()) {
      return Jobs.of(batcher);
    }
    MapStore maps = new MapStore(options.cache().bytes(), manifest.mapBytes());
    return Jobs.through(
        new FeatureCache(
            maps,
            new BatcherBacklog(batcher),
            pipeline::answer,
            new CacheMetrics(meter, maps),
            options.batching().queueCapacity()),
        batcher);
  }

  private GrpcServer newServer(
      GrpcServerOptions grpc,
      List<BindableService> apis,
      OpenStreams openStreams,
      Optional<LoadReports> load) {
    return new GrpcServer(
        grpc,
        openStreams,
        telemetry.grpc(),
        apis.stream().map(api -> options.items().watch(api, meter)).toList(),
        load);
  }

  /** Stops after the gRPC server, which answers the calls of HTTP. */
  private void serveHttp(GrpcServer server, HeadClient heads, LoadSource load) throws IOException {
    HttpServer http = lifecycle.add(new HttpServer(options.http(), server.security(), meter));
    Channel channel = server.serveInProcess(http.executor(), http::drain);
    http.start(
        new HttpRoutes(
                new GrpcCalls(channel),
                management.health()::isReady,
                heads::list,
                load,
                options.http().console())
            .all());
    logger.info("HTTP on {}:{}", options.http().host(), http.port());
  }

  /** The server listens, but is not SERVING yet. */
  private void start(GrpcServer server) throws IOException {
    server.start();
    lifecycle.add(server::stop);
    server.certificate().ifPresent(own -> CertificateMetrics.of(own::notAfter, "server", meter));
  }

  private void serve(GrpcServer server) throws IOException {
    StandardError.silenceNativeCode();
    server.serving();
    management.health().add(server.liveness());
    management.health().readyWhen(server::isServing);
    telemetry.measureProcess();
  }
}
