package dev.vgg16.feature.backbone;

import static com.google.common.base.Preconditions.checkArgument;

import dev.vgg16.inference.onnx.ExecutionProvider;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which backbone to run, and on what.
 *
 * @param folder with {@code backbone.json}
 * @param precision empty: the best that the provider is good at and whose file is there
 * @param providerChoice which execution provider
 * @param cuda the GPU, where one is used
 * @param openVino OpenVINO's provider, where it is used
 * @param instances most runs at a time; 0: as many as suit the provider
 * @param threads of one run on a CPU; 0: what suits the instances
 * @param spinning whether idle session threads spin
 * @param maxBatch most images in one run; 0: what suits the provider
 */
public record BackboneOptions(
    Path folder,
    Optional<Precision> precision,
    ProviderChoice providerChoice,
    ExecutionProvider.Cuda cuda,
    ExecutionProvider.OpenVino openVino,
    int instances,
    int threads,
    boolean spinning,
    int maxBatch) {

  /** Which execution provider to run on. */
  public enum ProviderChoice {
    /** The fastest that can be used; the log says which and why. */
    AUTO,
    /** ONNX Runtime's CPU provider. */
    CPU,
    /** OpenVINO on the CPU, or no start. */
    OPENVINO,
    /** A GPU, or no start. */
    CUDA
  }

  /** Far more than any machine has use for; a mistyped number must not fill its memory. */
  private static final int MOST_THREADS = 1024;

  /** 300 MB of pixels; no device gains from more. */
  private static final int MAX_BATCH = 1024;

  /** Larger batches save no time there, and make the images of a batch wait for each other. */
  private static final int CPU_MAX_BATCH = 2;

  private static final int GPU_MAX_BATCH = 64;

  public BackboneOptions {
    checkArgument(
        maxBatch >= 0 && maxBatch <= MAX_BATCH,
        "--max-batch must be 0 to %s, not %s",
        MAX_BATCH,
        maxBatch);
    checkArgument(
        instances >= 0 && instances <= MOST_THREADS,
        "--instances must be 0 to %s, not %s",
        MOST_THREADS,
        instances);
    checkArgument(
        threads >= 0 && threads <= MOST_THREADS,
        "--threads must be 0 to %s, not %s",
        MOST_THREADS,
        threads);
  }

  int maxBatchOn(ExecutionProvider provider) {
    return maxBatch > 0 ? maxBatch : suitableMaxBatch(provider);
  }

  private static int suitableMaxBatch(ExecutionProvider provider) {
    return provider instanceof ExecutionProvider.Cuda ? GPU_MAX_BATCH : CPU_MAX_BATCH;
  }

  SessionLayout layoutOn(ExecutionProvider provider, int processors) {
    return SessionLayout.of(provider, instances, threads, processors);
  }
}
