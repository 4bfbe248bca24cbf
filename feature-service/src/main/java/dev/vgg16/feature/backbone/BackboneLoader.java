package dev.vgg16.feature.backbone;

import ai.onnxruntime.OrtException;
import dev.vgg16.feature.backbone.BackboneOptions.DeviceChoice;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.manifest.ModelFile;
import dev.vgg16.inference.onnx.Cuda;
import dev.vgg16.inference.onnx.Device;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.SessionSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads a backbone on the device and in the precision that fit best, and logs which and why. */
public final class BackboneLoader {

  private static final Logger logger = LoggerFactory.getLogger(BackboneLoader.class);

  private final BackboneOptions options;
  private final Set<OutputForm> forms;
  private final CpuFeatures cpu;
  private final int processors;
  private final Function<Device.Cuda, Optional<String>> cudaProblem;

  /**
   * @param forms what maps will be asked for in, beside {@link OutputForm#PLAIN}
   */
  public BackboneLoader(BackboneOptions options, Set<OutputForm> forms) {
    this(
        options,
        forms,
        CpuFeatures.detect(),
        Runtime.getRuntime().availableProcessors(),
        Cuda::problem);
  }

  BackboneLoader(
      BackboneOptions options,
      Set<OutputForm> forms,
      CpuFeatures cpu,
      int processors,
      Function<Device.Cuda, Optional<String>> cudaProblem) {
    this.options = options;
    this.forms = Set.copyOf(forms);
    this.cpu = cpu;
    this.processors = processors;
    this.cudaProblem = cudaProblem;
  }

  /**
   * Loads it.
   *
   * @throws ManifestException when the manifest or a file it names can't be used
   * @throws ModelLoadException when the model can't be loaded on the device asked for
   */
  public Backbone load() {
    BackboneManifest manifest = BackboneManifest.read(options.folder());
    if (options.deviceChoice() == DeviceChoice.CPU) {
      return loadOn(Device.CPU, manifest, "asked for");
    }
    Optional<String> problem = cudaProblem.apply(options.gpu());
    if (options.deviceChoice() == DeviceChoice.CUDA) {
      if (problem.isPresent()) {
        throw new ManifestException(
            "--device cuda: no usable GPU (%s): %s".formatted(options.gpu(), problem.get()));
      }
      return loadOn(options.gpu(), manifest, "asked for");
    }
    if (problem.isPresent()) {
      return loadOn(Device.CPU, manifest, "no usable GPU: " + problem.get());
    }
    try {
      return loadOn(options.gpu(), manifest, "a usable GPU was found");
    } catch (ModelLoadException e) {
      return loadOn(Device.CPU, manifest, "no usable GPU: " + e.getMessage());
    }
  }

  private Backbone loadOn(Device device, BackboneManifest manifest, String why) {
    PrecisionChoice choice = PrecisionChoice.choose(manifest, options.precision(), device, cpu);
    ModelFile file = manifest.present(choice.precision()).orElseThrow();
    file.verify();
    SessionLayout layout = options.layoutOn(device, processors);
    int maxBatch = options.maxBatchOn(device);
    Function<Sessions, Backbone> backboneOf =
        sessions -> new Backbone(manifest, choice.precision(), device, forms, maxBatch, sessions);
    Backbone backbone =
        device instanceof Device.Cuda gpu
            ? loadOnGpu(file, new GpuSessions(gpu, layout, choice.precision()), backboneOf)
            : backboneOf.apply(loadOnCpu(file, layout));
    choice.warnings().forEach(logger::warn);
    logger.info(
        "backbone {} on {} ({}), {}, {}", manifest.id(), device, why, choice.precision(), layout);
    return backbone;
  }

  /** The sessions on a GPU. */
  private record GpuSessions(Device.Cuda gpu, SessionLayout layout, Precision precision) {}

  /** With fused convolutions, where cuDNN has them for this GPU; a run alone can tell. */
  private Backbone loadOnGpu(
      ModelFile file, GpuSessions wanted, Function<Sessions, Backbone> backboneOf) {
    Backbone fused = backboneOf.apply(loadOnGpu(file, wanted, true));
    try {
      fused.warmUp();
      return fused;
    } catch (RuntimeException e) {
      fused.close();
      if (!(e.getCause() instanceof OrtException)) {
        throw e;
      }
      logger.warn("without fused convolutions: {}", e.getMessage());
      return backboneOf.apply(loadOnGpu(file, wanted, false));
    }
  }

  private Sessions loadOnGpu(ModelFile file, GpuSessions wanted, boolean fuseConvolutions) {
    List<OnnxModel> opened = new ArrayList<>();
    int instances = wanted.layout().instances();
    // Who asks for float32 gets it; float16 is there for speed.
    boolean tf32 = wanted.precision() != Precision.FP32;
    try {
      List<Map<Integer, OnnxModel>> byInstance = new ArrayList<>();
      List<Integer> sizes = BatchSizes.upTo(options.maxBatchOn(wanted.gpu()));
      for (int i = 0; i < instances; i++) {
        Map<Integer, OnnxModel> bySize = new HashMap<>();
        for (int size : sizes) {
          long limit = BatchSizes.share(wanted.gpu().memoryLimit(), size, sizes, instances);
          Device.Cuda gpu = new Device.Cuda(wanted.gpu().id(), limit);
          OnnxModel session =
              OnnxModel.load(
                  file.path(), SessionSettings.onGpu(gpu, fuseConvolutions, tf32), forms);
          opened.add(session);
          bySize.put(size, session);
        }
        byInstance.add(bySize);
      }
      return Sessions.bySize(byInstance);
    } catch (RuntimeException | Error e) {
      opened.forEach(OnnxModel::close);
      throw e;
    }
  }

  private Sessions loadOnCpu(ModelFile file, SessionLayout layout) {
    List<OnnxModel> sessions = new ArrayList<>();
    try {
      // A session of one thread runs on its callers' threads, and so serves them all.
      boolean shared = layout.threads() == 1;
      for (int i = 0; i < layout.instances(); i++) {
        sessions.add(shared && i > 0 ? sessions.get(0) : loadOnCpu(file, layout.threads()));
      }
      return Sessions.ofAnySize(
          sessions, layout.hasAloneSession() ? loadOnCpu(file, layout.aloneThreads()) : null);
    } catch (RuntimeException | Error e) {
      sessions.stream().distinct().forEach(OnnxModel::close);
      throw e;
    }
  }

  private OnnxModel loadOnCpu(ModelFile file, int threads) {
    return OnnxModel.load(file.path(), SessionSettings.onCpu(threads, options.spinning()), forms);
  }
}
