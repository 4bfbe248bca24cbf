package dev.vgg16.bench.suite;

import dev.vgg16.bench.load.BareBackbone;
import dev.vgg16.bench.load.ClosedLoop;
import dev.vgg16.bench.load.Ghz;
import dev.vgg16.bench.load.Photos;
import dev.vgg16.bench.process.Services;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.feature.backbone.BackboneLoader;
import dev.vgg16.feature.backbone.BackboneOptions;
import dev.vgg16.feature.backbone.BackboneOptions.ProviderChoice;
import dev.vgg16.feature.backbone.Precision;
import dev.vgg16.inference.onnx.ExecutionProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A mixin: what is loaded with what. */
final class LoadOptions {

  static final Path BACKBONE = Path.of("models", "backbones", "vgg16-160");

  private static final Path SAMPLES = Path.of("samples");
  private static final int GPU_BATCH = 64;
  private static final int CPU_BATCH = 2;

  @Mixin private RoundOptions rounds;

  @Option(
      names = "--precision",
      paramLabel = "P",
      split = ",",
      description =
          "fp32, fp16, bf16 or int8, or several with commas between. Default: the part's own.")
  private List<Precision> precisions = List.of();

  @Option(
      names = "--execution-provider",
      paramLabel = "cpu|openvino|cuda",
      defaultValue = "CPU",
      description = "What runs the backbone. Default: cpu.")
  private ProviderChoice provider;

  @Option(
      names = "--openvino",
      paramLabel = "DIR",
      defaultValue = "feature-service/target/openvino",
      description = "Folder with the libraries of OpenVINO's provider. Default: ${DEFAULT-VALUE}.")
  private Path openVino;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Images in a run of the bare backbone, and the most in one of the service's. "
              + "0: as the service has it: 2 on a CPU, 64 on a GPU.")
  private int batch;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images that ghz has in flight. Default: ${DEFAULT-VALUE}.")
  private int inFlight;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "4",
      description = "Connections of ghz. Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "Folder of JPEG files to send, as they are. Default: those of samples/, made small.")
  private Optional<Path> images = Optional.empty();

  @Option(
      names = "--ghz",
      paramLabel = "FILE",
      defaultValue = ".tools/bin/ghz",
      description = "The program ghz. Default: ${DEFAULT-VALUE}.")
  private Path ghz;

  RoundOptions rounds() {
    return rounds;
  }

  int inFlight() {
    return inFlight;
  }

  /** Those asked for, or else the part's own. */
  List<Precision> precisions(Precision... own) {
    return precisions.isEmpty() ? List.of(own) : precisions;
  }

  /** The name of a part's results: those of a GPU stand beside those of a CPU. */
  String resultName(String part) {
    return resultName(part, provider);
  }

  static String resultName(String part, ProviderChoice provider) {
    return provider == ProviderChoice.CPU ? part : part + "-" + name(provider);
  }

  /** As the option has it. */
  static String name(ProviderChoice provider) {
    return provider.toString().toLowerCase(Locale.ROOT);
  }

  Photos photos() throws IOException {
    return images.isPresent() ? Photos.in(images.get()) : Photos.smallOf(SAMPLES);
  }

  int batch() {
    if (batch > 0) {
      return batch;
    }
    return provider == ProviderChoice.CUDA ? GPU_BATCH : CPU_BATCH;
  }

  /**
   * The backbone.
   *
   * @param threads of each instance; 0: the processors divided among them
   */
  BareBackbone bare(Precision precision, int batchSize, int instances, int threads) {
    return new BareBackbone(backbone(precision, instances, threads, batchSize), batchSize);
  }

  /**
   * The backbone on the CPU provider, in the layout that is best there; null where that is what is
   * measured anyway. In the place of bfloat16, which they have not, it runs float32.
   */
  @Nullable BareBackbone bareOnCpuProvider(Precision precision) {
    if (provider != ProviderChoice.OPENVINO) {
      return null;
    }
    Precision there = precision == Precision.BF16 ? Precision.FP32 : precision;
    return new BareBackbone(backbone(there, ProviderChoice.CPU, 0, 0, CPU_BATCH), CPU_BATCH);
  }

  private Backbone backbone(Precision precision, int instances, int threads, int maxBatch) {
    return backbone(precision, provider, instances, threads, maxBatch);
  }

  private Backbone backbone(
      Precision precision, ProviderChoice on, int instances, int threads, int maxBatch) {
    return new BackboneLoader(
            new BackboneOptions(
                BACKBONE,
                Optional.of(precision),
                on,
                new ExecutionProvider.Cuda(0, 0),
                new ExecutionProvider.OpenVino(openVino),
                instances,
                threads,
                false,
                maxBatch),
            Set.of())
        .load();
  }

  Goals goals(Precision precision) {
    return Goals.of(provider, precision);
  }

  /** How many sessions the service has by default. */
  int instances(Precision precision) {
    try (Backbone backbone = backbone(precision, 0, 0, 1)) {
      return backbone.instances();
    }
  }

  /** What the feature service is told, beside its defaults. */
  List<String> featureArguments(Precision precision) {
    return List.of(
        "--precision",
        precision.toString(),
        "--execution-provider",
        providerName(),
        "--openvino",
        openVino.toString(),
        "--max-batch",
        "" + batch());
  }

  ClosedLoop closedLoop(Services services) {
    return new ClosedLoop(new Ghz(ghz), services, inFlight, connections);
  }

  /** One image at a time. */
  ClosedLoop oneByOne(Services services) {
    return new ClosedLoop(new Ghz(ghz), services, 1, 1);
  }

  private String providerName() {
    return name(provider);
  }

  /** For the results. */
  record Conditions(
      RoundOptions.Conditions rounds,
      String executionProvider,
      int batch,
      int inFlight,
      int connections,
      String images,
      double meanImageKilobytes) {}

  Conditions conditions() throws IOException {
    return new Conditions(
        rounds.conditions(),
        providerName(),
        batch(),
        inFlight,
        connections,
        images.map(folder -> folder.getFileName().toString()).orElse("samples, made 400x450"),
        photos().meanKilobytes());
  }
}
