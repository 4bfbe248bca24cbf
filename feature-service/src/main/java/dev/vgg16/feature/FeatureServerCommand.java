package dev.vgg16.feature;

import com.google.common.math.LongMath;
import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.feature.backbone.BackboneOptions;
import dev.vgg16.feature.backbone.Precision;
import dev.vgg16.feature.cache.CacheOptions;
import dev.vgg16.feature.image.ImageLimits;
import dev.vgg16.service.lifecycle.Lifecycle;
import dev.vgg16.service.options.ServerOptions;
import dev.vgg16.service.preflight.Preflight;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line of the feature service. */
@Command(
    name = "feature-service",
    mixinStandardHelpOptions = true,
    versionProvider = FeatureServerVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    abbreviateSynopsis = true,
    header = "Runs the VGG16 backbone and serves vgg16.v1.FeatureService over gRPC.",
    description = {
      "",
      "Images come in, feature maps go to the head service, scores come back. Every option is also "
          + "an environment variable; the command line wins.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 stopped by a signal, 1 could not start or stop well, 2 bad "
          + "options, 3 out of memory."
    })
public final class FeatureServerCommand implements Callable<Integer> {

  private static final int MANAGEMENT_PORT = 9091;

  /** The values of --precision. */
  enum PrecisionOption {
    AUTO,
    FP32,
    FP16,
    BF16,
    INT8;

    Optional<Precision> toPrecision() {
      return this == AUTO ? Optional.empty() : Optional.of(Precision.valueOf(name()));
    }
  }

  @OptionHeading("Network")
  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "50051",
      description = "Port to listen on. Default: ${DEFAULT-VALUE}.")
  private int port;

  @OptionHeading("Backbone")
  @Option(
      names = "--backbone",
      paramLabel = "DIR",
      defaultValue = "models/backbones/vgg16-160",
      description = "Folder with backbone.json and its ONNX files. Default: ${DEFAULT-VALUE}.")
  private Path backbone;

  @OptionHeading("Backbone")
  @Option(
      names = "--precision",
      paramLabel = "auto|fp32|fp16|bf16|int8",
      defaultValue = "AUTO",
      description =
          "Numbers to compute in. auto: fp16 on a GPU; int8 on a CPU with VNNI or Arm dot product, "
              + "else fp32; where that file is missing, the next that is there. bf16, with OpenVINO "
              + "alone, is computed from the fp32 file. Default: auto.")
  private PrecisionOption precision;

  @Mixin private ExecutionProviderArguments provider;

  @OptionHeading("Backbone")
  @Option(
      names = "--instances",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Most runs at a time. 0: 2 on a GPU; on a CPU one for each processor, of one thread, and"
              + " all processors for a run that is alone.")
  private int instances;

  @OptionHeading("Backbone")
  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Threads of one run on a CPU. 0: the processors, divided among the instances that were "
              + "asked for.")
  private int threads;

  @OptionHeading("Backbone")
  @Option(
      names = "--spinning",
      description =
          "Let idle session threads spin instead of sleep: a little less latency for much CPU"
              + " time. On the CPU provider alone.")
  private boolean spinning;

  @OptionHeading("Queue and batches")
  @Option(
      names = "--max-batch",
      paramLabel = "N",
      defaultValue = "0",
      description = "Most images in one run. 0: 2 on a CPU, 64 on a GPU.")
  private int maxBatch;

  @OptionHeading("Queue and batches")
  @Option(
      names = "--max-delay-ms",
      paramLabel = "MS",
      defaultValue = "0",
      description =
          "How long an idle backbone waits for a fuller batch, from when the oldest image came. "
              + "Default: ${DEFAULT-VALUE}, which runs whatever is there.")
  private Duration maxDelay;

  @OptionHeading("Queue and batches")
  @Option(
      names = "--queue-capacity",
      paramLabel = "N",
      defaultValue = "512",
      description =
          "Images that may wait; one more is refused with RESOURCE_EXHAUSTED. "
              + "Default: ${DEFAULT-VALUE}.")
  private int queueCapacity;

  @OptionHeading("Queue and batches")
  @Option(
      names = "--queue-bytes",
      paramLabel = "BYTES",
      defaultValue = "" + BatchingOptions.DEFAULT_QUEUE_BYTES,
      description = "Bytes of images that may wait. Default: ${DEFAULT-VALUE}.")
  private long queueBytes;

  @OptionHeading("Cache")
  @Option(
      names = "--cache-bytes",
      paramLabel = "BYTES",
      defaultValue = "0",
      description =
          "Memory for feature maps that are kept, so that the same image is not computed twice; "
              + "0: none are. At most half of the heap, which JAVA_OPTS=-Xmx... raises. "
              + "Default: ${DEFAULT-VALUE}.")
  private long cacheBytes;

  @OptionHeading("Images")
  @Option(
      names = "--decoders",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Threads that decode images; half of them take images that are costly to decode, so at"
              + " least 2 keep others from waiting for one. 0: as many as there are processors, 2 to"
              + " 16.")
  private int decoders;

  @OptionHeading("Images")
  @Option(
      names = "--max-image-bytes",
      paramLabel = "BYTES",
      defaultValue = "" + ImageLimits.DEFAULT_MAX_BYTES,
      description = "Larger image files are refused. Default: ${DEFAULT-VALUE}.")
  private int maxImageBytes;

  @OptionHeading("Images")
  @Option(
      names = "--max-image-pixels",
      paramLabel = "N",
      defaultValue = "" + ImageLimits.DEFAULT_MAX_PIXELS,
      description =
          "Images of more pixels (width x height) are refused. Default: ${DEFAULT-VALUE}.")
  private long maxImagePixels;

  @OptionHeading("Queue and batches")
  @Option(
      names = "--stream-window",
      paramLabel = "N",
      defaultValue = "32",
      description =
          "Items that one stream may have unanswered; flow control holds back the rest. "
              + "Default: ${DEFAULT-VALUE}.")
  private int streamWindow;

  @Mixin private BalancingArguments balancing;

  @Mixin private HeadClientArguments heads;

  @Mixin private HeadSecurityArguments headSecurity;

  @Mixin private WireArguments wire;

  @Mixin private HttpArguments http;

  @Mixin private ServerOptions server;

  @Override
  public Integer call() throws Exception {
    FeatureServerOptions options = usableOptions();
    return Lifecycle.run(lifecycle -> FeatureServer.start(options, lifecycle));
  }

  /**
   * Starts the service in a process that has other parts too; it is SERVING when this returns.
   *
   * @param lifecycle gets the service's parts, and stops them
   * @throws IllegalArgumentException names the option that is wrong
   * @throws Exception when it can't start; the message is one line
   */
  public void start(Lifecycle lifecycle) throws Exception {
    FeatureServer.start(usableOptions(), lifecycle);
  }

  /** Checked, also against the process. */
  private FeatureServerOptions usableOptions() {
    FeatureServerOptions options = toOptions();
    Preflight.requireHeap(
        Runtime.getRuntime().maxMemory(),
        heapNeeded(),
        "--queue-bytes, --max-image-bytes and --http-max-body-bytes");
    Preflight.requireTemporaryFolder(Path.of(System.getProperty("java.io.tmpdir")));
    return options;
  }

  /**
   * The options, checked.
   *
   * @throws IllegalArgumentException names the option that is wrong
   */
  FeatureServerOptions toOptions() {
    return new FeatureServerOptions(
        server.grpc(port, messageLimit(), grpcThreads()),
        new BackboneOptions(
            backbone,
            precision.toPrecision(),
            provider.choice(),
            provider.cuda(),
            provider.openVino(),
            instances,
            threads,
            spinning,
            maxBatch),
        heads.toOptions(),
        headSecurity.toOptions(heads.target()),
        wire.toOptions(),
        new ImageLimits(maxImageBytes, maxImagePixels),
        new BatchingOptions(maxDelay, queueCapacity, queueBytes, decoders),
        new CacheOptions(cacheBytes, Runtime.getRuntime().maxMemory()),
        streamWindow,
        balancing.toOptions(),
        http.toOptions(server),
        server.management(MANAGEMENT_PORT),
        server.items());
  }

  /**
   * The queue, as much again of parked images and requests that arrive, a few that are decoded, and
   * the bodies of HTTP.
   */
  long heapNeeded() {
    return LongMath.saturatedAdd(
        LongMath.saturatedMultiply(2, queueBytes), 4L * maxImageBytes + http.memory());
  }

  /** They parse and check requests; each may hold a message. */
  private static int grpcThreads() {
    return Math.min(16, Runtime.getRuntime().availableProcessors());
  }

  /**
   * 1 MiB more than an image: gRPC ends the call or stream of a message over this limit, so that an
   * image that is a little too large still gets an answer of its own.
   */
  private int messageLimit() {
    return (int) Math.min(Integer.MAX_VALUE, maxImageBytes + (1L << 20));
  }
}
