package dev.vgg16.inference.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a session runs.
 *
 * @param device where
 * @param threads threads of one run on the CPU, the caller's included; on a GPU always 1
 * @param spinning whether idle threads of the session spin for a while instead of sleeping: a
 *     little lower latency for a lot of processor time
 */
public record SessionSettings(Device device, int threads, boolean spinning) {

  public SessionSettings {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, not " + threads);
    }
  }

  /** One thread on the CPU: the caller's own. */
  public static SessionSettings singleThread() {
    return new SessionSettings(Device.CPU, 1, false);
  }

  /**
   * The options of ONNX Runtime that these settings mean. The caller closes them.
   *
   * @throws OrtException when this build of ONNX Runtime, or this machine, lacks the device
   */
  OrtSession.SessionOptions toOrt() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    try {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setInterOpNumThreads(1);
      for (Map.Entry<String, String> entry : configEntries().entrySet()) {
        options.addConfigEntry(entry.getKey(), entry.getValue());
      }
      if (device instanceof Device.Cuda cuda) {
        options.setIntraOpNumThreads(1);
        addCuda(options, cuda);
      } else {
        options.setIntraOpNumThreads(threads);
      }
      return options;
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw e;
    }
  }

  /** Session configuration entries, by ONNX Runtime's own keys. */
  Map<String, String> configEntries() {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("session.intra_op.allow_spinning", spinning ? "1" : "0");
    if (device instanceof Device.Cuda) {
      // Half a model on the CPU would be slow in silence; rather fail at load.
      entries.put("session.disable_cpu_ep_fallback", "1");
    }
    return entries;
  }

  /** CUDA provider options, by ONNX Runtime's own keys. */
  static Map<String, String> cudaEntries(Device.Cuda cuda) {
    Map<String, String> entries = new LinkedHashMap<>();
    // Since 1.20 DEFAULT means the slow fallback; EXHAUSTIVE searches again for every batch size.
    entries.put("cudnn_conv_algo_search", "HEURISTIC");
    entries.put("cudnn_conv_use_max_workspace", "1");
    entries.put("do_copy_in_default_stream", "1");
    entries.put("arena_extend_strategy", "kSameAsRequested");
    if (cuda.memoryLimit() > 0) {
      entries.put("gpu_mem_limit", Long.toString(cuda.memoryLimit()));
    }
    return entries;
  }

  private static void addCuda(OrtSession.SessionOptions options, Device.Cuda cuda)
      throws OrtException {
    try (OrtCUDAProviderOptions provider = cudaProvider(cuda)) {
      options.addCUDA(provider);
    }
  }

  /** The caller closes it. Only the GPU build of ONNX Runtime can make one. */
  static OrtCUDAProviderOptions cudaProvider(Device.Cuda cuda) throws OrtException {
    OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(cuda.id());
    for (Map.Entry<String, String> entry : cudaEntries(cuda).entrySet()) {
      provider.add(entry.getKey(), entry.getValue());
    }
    return provider;
  }
}
