package dev.vgg16.feature;

import com.google.common.primitives.Ints;
import dev.vgg16.feature.FeatureServerOptions.Batching;
import dev.vgg16.feature.api.BackboneDescription;
import dev.vgg16.feature.api.FeatureApi;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.feature.backbone.BackboneLoader;
import dev.vgg16.feature.backbone.BackboneManifest;
import dev.vgg16.feature.cache.CacheMetrics;
import dev.vgg16.feature.cache.FeatureCache;
import dev.vgg16.feature.cache.FeatureCache.Backlog;
import dev.vgg16.feature.cache.MapStore;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.feature.pipeline.BatcherMetrics;
import dev.vgg16.feature.pipeline.FeaturePipeline;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.feature.pipeline.QueueMetrics;
import dev.vgg16.feature.pipeline.Scorer;
import dev.vgg16.feature.relay.DnsCaching;
import dev.vgg16.feature.relay.HeadChannels;
import dev.vgg16.feature.relay.HeadClient;
import dev.vgg16.feature.relay.MapRelay;
import dev.vgg16.feature.relay.PooledHeads;
import dev.vgg16.feature.relay.PooledMapRelay;
import dev.vgg16.feature.relay.WireOptions;
import dev.vgg16.inference.batch.Batcher;
import dev.vgg16.inference.batch.BatcherOptions;
import dev.vgg16.inference.batch.BatcherProgress;
import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.inference.onnx.Device;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.security.ClientSecurity;
import dev.vgg16.security.FileReloader;
import dev.vgg16.service.grpc.GrpcServer;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.service.lifecycle.Lifecycle;
import dev.vgg16.service.lifecycle.ServiceProgram;
import dev.vgg16.service.management.Management;
import dev.vgg16.service.telemetry.CertificateMetrics;
import dev.vgg16.service.telemetry.StandardError;
import dev.vgg16.service.telemetry.Telemetry;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feature service: wires the rooms, and stops them in the reverse order of the data's way, so
 * that what was taken is finished.
 */
public final class FeatureServer {

  private static final Logger logger = LoggerFactory.getLogger(FeatureServer.class);

  /** More save no time there, and make the images of a batch wait for each other. */
  private static final int CPU_MAX_BATCH = 2;

  private static final int GPU_MAX_BATCH = 64;

  /** One is left for small photos, whatever the other does. */
  private static final int MIN_DEFAULT_DECODERS = 2;

  /** Each may hold a message and a decoded picture. */
  private static final int MAX_DEFAULT_DECODERS = 16;

  /** Maps that may wait for the heads, beside the batches that are run, and at least 4 batches. */
  private static final int MAPS_UNDER_WAY = 32;

  /** No run takes so long, not even one of 1,024 images on a slow machine. */
  private static final Duration STUCK = Duration.ofMinutes(5);

  /** How soon a new certificate or token is seen. */
  private static final Duration RELOAD = Duration.ofSeconds(1);

  private final GrpcServer server;

  private FeatureServer(GrpcServer server) {
    this.server = server;
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
  static FeatureServer start(FeatureServerOptions options, Lifecycle lifecycle) throws Exception {
    long begin = System.nanoTime();
    Management management =
        lifecycle.add(Management.start("feature-service", options.management()));
    Telemetry telemetry = management.telemetry();
    Backbone backbone =
        lifecycle.add(new BackboneLoader(options.backbone(), options.wire().forms()).load());
    BackboneManifest manifest = backbone.manifest();
    BatcherOptions batching = batching(options.batching(), backbone);

    FileReloader reloading = lifecycle.add(new FileReloader(RELOAD));
    ClientSecurity headSecurity = ClientSecurity.of(options.headSecurity(), reloading);
    headSecurity
        .expiry()
        .ifPresent(own -> CertificateMetrics.of(own::notAfter, "heads", telemetry.meter()));
    HeadClient heads =
        lifecycle.add(
            new HeadClient(
                HeadChannels.open(options.heads().target(), headSecurity, telemetry.grpc()),
                options.heads()));
    ImageReader reader =
        new ImageReader(
            options.images(),
            manifest.inputHeight(),
            manifest.inputWidth(),
            manifest.preprocessing());
    FeaturePipeline pipeline =
        lifecycle.add(
            new FeaturePipeline(
                reader,
                backbone,
                relay(heads, options, telemetry),
                new MapRelay(heads::score, WireOptions.DEFAULT, telemetry.meter()),
                options.wire().forms(),
                batching.maxBatch(),
                backbone.instances() + Math.max(4, MAPS_UNDER_WAY / batching.maxBatch())));
    Batcher<ImageJob, RowBuffer> batcher =
        lifecycle.add(
            new Batcher<>("images", batching, pipeline, new BatcherMetrics(telemetry.meter())));
    QueueMetrics.of(batcher, telemetry.meter());
    management.health().add(() -> stuck(batcher.progress()));

    Consumer<ImageJob> submit = batcher::submit;
    Consumer<FlowKey> removeCancelled = batcher::removeCancelled;
    if (options.cache().isOn()) {
      FeatureCache cache = cache(options, manifest, pipeline, batcher, telemetry.meter());
      submit = cache::submit;
      removeCancelled = call -> cache.flowsCancelledWith(call).forEach(batcher::removeCancelled);
    }

    OpenStreams openStreams = new OpenStreams();
    FeatureApi api =
        new FeatureApi(
            reader,
            submit,
            removeCancelled,
            BackboneDescription.of(backbone, options.images(), batching.maxBatch()),
            openStreams,
            options.streamWindow());
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

    reader.warmUp();
    backbone.warmUp(batching.maxBatch());
    StandardError.silenceNativeCode();
    server.serving();
    management.health().add(server.liveness());
    management.health().readyWhen(server::isServing);
    logger.info(
        "serving on {}:{}, heads at {}, batches of up to {}, ready after {} ms",
        options.grpc().host(),
        server.port(),
        options.heads().target(),
        batching.maxBatch(),
        (System.nanoTime() - begin) / 1_000_000);
    return new FeatureServer(server);
  }

  private static Scorer relay(HeadClient heads, FeatureServerOptions options, Telemetry telemetry) {
    MapRelay relay = new MapRelay(heads::score, options.wire(), telemetry.meter());
    if (!options.wire().pooledMaps()) {
      return relay;
    }
    PooledHeads pooledHeads = new PooledHeads(heads::list);
    pooledHeads.refresh();
    return new PooledMapRelay(relay, pooledHeads, options.heads().timeout());
  }

  private static FeatureCache cache(
      FeatureServerOptions options,
      BackboneManifest manifest,
      FeaturePipeline pipeline,
      Batcher<ImageJob, RowBuffer> batcher,
      Meter meter) {
    MapStore maps = new MapStore(options.cache().bytes(), manifest.mapBytes());
    return new FeatureCache(
        maps,
        new Backlog() {
          @Override
          public void submit(ImageJob job) {
            batcher.submit(job);
          }

          @Override
          public boolean expedite(ImageJob job, FlowKey from, FlowKey to) {
            return batcher.expedite(job, from, to);
          }
        },
        pipeline::answer,
        new CacheMetrics(meter, maps),
        options.batching().queueCapacity());
  }

  private static BatcherOptions batching(Batching options, Backbone backbone) {
    int suitable = backbone.device() instanceof Device.Cuda ? GPU_MAX_BATCH : CPU_MAX_BATCH;
    int processors = Runtime.getRuntime().availableProcessors();
    return new BatcherOptions(
        options.maxBatch() > 0 ? options.maxBatch() : suitable,
        options.maxDelay(),
        options.queueCapacity(),
        options.queueBytes(),
        options.decoders() > 0
            ? options.decoders()
            : Ints.constrainToRange(processors, MIN_DEFAULT_DECODERS, MAX_DEFAULT_DECODERS),
        backbone.instances());
  }

  private static Optional<String> stuck(BatcherProgress progress) {
    return progress.isStalledFor(STUCK)
        ? Optional.of(
            "%d images wait, and none of them got on for %d s"
                .formatted(progress.unfinished(), progress.sinceProgress().toSeconds()))
        : Optional.empty();
  }

  /** The port it listens on. */
  int port() {
    return server.port();
  }
}
