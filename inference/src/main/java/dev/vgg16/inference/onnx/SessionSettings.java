package dev.vgg16.inference.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings of an ONNX Runtime session.
 *
 * @param device that it runs on
 * @param threads intra-op threads on the CPU, including the caller's; always 1 on a GPU
 * @param spinning whether idle threads spin for a while instead of sleeping: slightly lower latency
 *     for much more CPU time
 */
public record SessionSettings(Device device, int threads, boolean spinning) {

  public SessionSettings {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, not " + threads);
    }
  }

  /** The caller's thread alone, on the CPU. */
  public static SessionSettings singleThread() {
    return new SessionSettings(Device.CPU, 1, false);
  }

  /**
   * The settings as ONNX Runtime's options. The caller closes them.
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

  /** Session configuration entries, by ONNX Runtime's keys. */
  Map<String, String> configEntries() {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("session.intra_op.allow_spinning", spinning ? "1" : "0");
    if (device instanceof Device.Cuda) {
      // Fail at load instead of running a part of the model on the CPU, slowly.
      entries.put("session.disable_cpu_ep_fallback", "1");
    }
    return entries;
  }

  /** CUDA provider options, by ONNX Runtime's keys. */
  static Map<String, String> cudaEntries(Device.Cuda cuda) {
    Map<String, String> entries = new LinkedHashMap<>();
    // Since 1.20 DEFAULT is the slow fallback; EXHAUSTIVE searches again for every batch size.
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

  /** The caller closes it. Fails unless this is the GPU build of ONNX Runtime. */
  static OrtCUDAProviderOptions cudaProvider(Device.Cuda cuda) throws OrtException {
    OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(cuda.id());
    for (Map.Entry<String, String> entry : cudaEntries(cuda).entrySet()) {
      provider.add(entry.getKey(), entry.getValue());
    }
    return provider;
  }
}
