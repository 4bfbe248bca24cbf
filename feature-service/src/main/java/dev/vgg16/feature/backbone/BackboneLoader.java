package dev.vgg16.feature.backbone;

import ai.onnxruntime.OrtException;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.manifest.ModelFile;
import dev.vgg16.inference.onnx.Cuda;
import dev.vgg16.inference.onnx.CudaSettings;
import dev.vgg16.inference.onnx.ExecutionProvider;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.inference.onnx.OpenVinoPlugin;
import dev.vgg16.inference.onnx.OpenVinoSettings.ComputeType;
import dev.vgg16.inference.onnx.OutputForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a backbone on the execution provider and in the precision that fit best, and logs which and
 * why.
 */
public final class BackboneLoader {

  private static final Logger logger = LoggerFactory.getLogger(BackboneLoader.class);

  private final BackboneOptions options;
  private final Set<OutputForm> forms;
  private final CpuFeatures cpu;
  private final int processors;
  private final Function<ExecutionProvider, Optional<String>> problemOf;

  /**
   * @param forms what maps will be asked for in, beside {@link OutputForm#PLAIN}
   */
  public BackboneLoader(BackboneOptions options, Set<OutputForm> forms) {
    this(
        options,
        forms,
        CpuFeatures.detect(),
        Runtime.getRuntime().availableProcessors(),
        BackboneLoader::problemOf);
  }

  /**
   * @param problemOf why a provider can't be used, in one line; empty when it seems that it can
   */
  BackboneLoader(
      BackboneOptions options,
      Set<OutputForm> forms,
      CpuFeatures cpu,
      int processors,
      Function<ExecutionProvider, Optional<String>> problemOf) {
    this.options = options;
    this.forms = Set.copyOf(forms);
    this.cpu = cpu;
    this.processors = processors;
    this.problemOf = problemOf;
  }

  private static Optional<String> problemOf(ExecutionProvider provider) {
    if (provider instanceof ExecutionProvider.Cuda cuda) {
      return Cuda.problem(cuda);
    }
    return provider instanceof ExecutionProvider.OpenVino openVino
        ? OpenVinoPlugin.problem(openVino)
        : Optional.empty();
  }

  /**
   * Loads it, and runs each session once, so that no request pays for a first run.
   *
   * @throws ManifestException when the manifest or a file it names can't be used, or the provider
   *     or the precision asked for can't
   * @throws ModelLoadException when the model can't be loaded on the provider asked for
   * @throws IllegalStateException when it can't run there
   */
  public Backbone load() {
    BackboneManifest manifest = BackboneManifest.read(options.folder());
    return switch (options.providerChoice()) {
      case AUTO ->
          options.precision().equals(Optional.of(Precision.BF16))
              ? loadOnRequired(
                  options.openVino(), manifest, "--precision bf16 is for openvino, which")
              : loadOnFastest(manifest);
      case CPU -> loadOn(ExecutionProvider.CPU, manifest, "asked for");
      case OPENVINO ->
          loadOnRequired(options.openVino(), manifest, "--execution-provider openvino");
      case CUDA -> loadOnRequired(options.cuda(), manifest, "--execution-provider cuda");
    };
  }

  /**
   * @param named the provider, with the option that asks for it
   */
  private Backbone loadOnRequired(
      ExecutionProvider provider, BackboneManifest manifest, String named) {
    Optional<String> problem = problemOf.apply(provider);
    if (problem.isPresent()) {
      throw new ManifestException("%s can't be used: %s".formatted(named, problem.get()));
    }
    return loadOn(provider, manifest, "asked for");
  }

  private Backbone loadOnFastest(BackboneManifest manifest) {
    List<String> problems = new ArrayList<>();
    for (ExecutionProvider provider : List.of(options.cuda(), options.openVino())) {
      Optional<String> problem = noGain(provider).or(() -> problemOf.apply(provider));
      if (problem.isEmpty()) {
        try {
          return loadOn(provider, manifest, "the fastest that can be used");
        } catch (ModelLoadException | IllegalStateException e) {
          problem = Optional.of(String.valueOf(e.getMessage()));
          logger.warn("not on {}, which seemed usable: {}", provider, e.getMessage());
        }
      }
      problems.add("not %s: %s".formatted(provider, problem.get()));
    }
    return loadOn(ExecutionProvider.CPU, manifest, String.join("; ", problems));
  }

  /** Why a provider would be no faster than the CPU provider; empty where it would. */
  private Optional<String> noGain(ExecutionProvider provider) {
    boolean gains = !(provider instanceof ExecutionProvider.OpenVino) || cpu.amx();
    return gains ? Optional.empty() : Optional.of("no faster on a processor without AMX");
  }

  private Backbone loadOn(ExecutionProvider provider, BackboneManifest manifest, String why) {
    PrecisionChoice choice = PrecisionChoice.choose(manifest, options.precision(), provider, cpu);
    SessionLayout layout = options.layoutOn(provider, processors);
    ModelFile file = manifest.present(choice.precision()).orElseThrow();
    file.verify();
    Backbone backbone =
        new Loading(manifest, file, choice.precision(), layout, options.maxBatchOn(provider))
            .on(provider);
    choice.warnings().forEach(logger::warn);
    logger.info(
        "backbone {} on {} ({}), {}, {}", manifest.id(), provider, why, choice.precision(), layout);
    return backbone;
  }

  /** One model file, with the sessions that a provider has for it. */
  private final class Loading {

    private final BackboneManifest manifest;
    private final ModelFile file;
    private final Precision precision;
    private final SessionLayout layout;
    private final int maxBatch;

    Loading(
        BackboneManifest manifest,
        ModelFile file,
        Precision precision,
        SessionLayout layout,
        int maxBatch) {
      this.manifest = manifest;
      this.file = file;
      this.precision = precision;
      this.layout = layout;
      this.maxBatch = maxBatch;
    }

    Backbone on(ExecutionProvider provider) {
      if (provider instanceof ExecutionProvider.Cuda cuda) {
        return onGpu(cuda);
      }
      if (provider instanceof ExecutionProvider.OpenVino openVino) {
        ComputeType type = precision == Precision.BF16 ? ComputeType.BFLOAT16 : ComputeType.FLOAT32;
        return warm(
            provider,
            opener -> ProviderSessions.onOpenVino(opener, layout, openVino, type, maxBatch));
      }
      return warm(provider, opener -> ProviderSessions.onCpu(opener, layout, options.spinning()));
    }

    /** With fused convolutions, where cuDNN has them for this GPU; a run alone can tell. */
    private Backbone onGpu(ExecutionProvider.Cuda provider) {
      try {
        return onGpu(provider, true);
      } catch (IllegalStateException e) {
        if (!(e.getCause() instanceof OrtException)) {
          throw e;
        }
        logger.warn("without fused convolutions: {}", e.getMessage());
        return onGpu(provider, false);
      }
    }

    private Backbone onGpu(ExecutionProvider.Cuda provider, boolean fuseConvolutions) {
      // Who asks for float32 gets it; float16 is there for speed.
      boolean tf32 = precision != Precision.FP32;
      CudaSettings settings = new CudaSettings(provider, fuseConvolutions, tf32);
      return warm(provider, opener -> ProviderSessions.onGpu(opener, layout, settings, maxBatch));
    }

    private Backbone warm(
        ExecutionProvider provider, Function<SessionOpener, Sessions> openSessions) {
      Sessions sessions = SessionOpener.open(file.path(), forms, openSessions);
      Backbone backbone = new Backbone(manifest, precision, provider, forms, maxBatch, sessions);
      try {
        backbone.warmUp();
        return backbone;
      } catch (RuntimeException | Error e) {
        backbone.close();
        throw e;
      }
    }
  }
}
