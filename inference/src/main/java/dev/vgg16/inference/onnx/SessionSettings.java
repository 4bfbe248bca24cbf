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
 * @param fuseConvolutions on a GPU: whether cuDNN computes a convolution, its bias and activation
 *     in one kernel; not every GPU has one for every convolution, and the first run then fails
 */
public record SessionSettings(
    Device device, int threads, boolean spinning, boolean fuseConvolutions, boolean tf32) {

  public SessionSettings {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, not " + threads);
    }
  }

  /** On the CPU. */
  public static SessionSettings onCpu(int threads, boolean spinning) {
    return new SessionSettings(Device.CPU, threads, spinning, false, false);
  }

  /** The caller's thread alone, on the CPU. */
  public static SessionSettings singleThread() {
    return onCpu(1, false);
  }

  /** On a GPU. */
  public static SessionSettings onGpu(Device.Cuda device, boolean fuseConvolutions, boolean tf32) {
    return new SessionSettings(device, 1, false, fuseConvolutions, tf32);
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
  Map<String, String> cudaEntries(Device.Cuda cuda) {
    Map<String, String> entries = new LinkedHashMap<>();
    // Since 1.20 DEFAULT is the slow fallback; EXHAUSTIVE finds nothing faster and starts later.
    entries.put("cudnn_conv_algo_search", "HEURISTIC");
    entries.put("cudnn_conv_use_max_workspace", "1");
    entries.put("do_copy_in_default_stream", "1");
    // The layout of tensor cores: no transposition before and after each convolution.
    entries.put("prefer_nhwc", "1");
    entries.put("fuse_conv_bias", fuseConvolutions ? "1" : "0");
    entries.put("use_tf32", tf32 ? "1" : "0");
    entries.put("arena_extend_strategy", "kSameAsRequested");
    if (cuda.memoryLimit() > 0) {
      entries.put("gpu_mem_limit", Long.toString(cuda.memoryLimit()));
    }
    return entries;
  }

  private void addCuda(OrtSession.SessionOptions options, Device.Cuda cuda) throws OrtException {
    try (OrtCUDAProviderOptions provider = cudaProvider(cuda)) {
      options.addCUDA(provider);
    }
  }

  /** The caller closes it. Fails unless this is the GPU build of ONNX Runtime. */
  OrtCUDAProviderOptions cudaProvider(Device.Cuda cuda) throws OrtException {
    OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(cuda.id());
    for (Map.Entry<String, String> entry : cudaEntries(cuda).entrySet()) {
      provider.add(entry.getKey(), entry.getValue());
    }
    return provider;
  }
}
