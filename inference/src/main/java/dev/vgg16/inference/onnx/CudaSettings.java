package dev.vgg16.inference.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings of a session on an NVIDIA GPU.
 *
 * @param fuseConvolutions whether cuDNN computes a convolution, its bias and activation in one
 *     kernel; not every GPU has one for every convolution, and the first run then fails
 * @param tf32 whether float32 is computed in TF32; without it tensor cores are excluded
 */
public record CudaSettings(ExecutionProvider.Cuda provider, boolean fuseConvolutions, boolean tf32)
    implements SessionSettings {

  @Override
  public void addTo(OrtSession.SessionOptions options) throws OrtException {
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    // Fail at load instead of running a part of the model on the CPU, slowly.
    options.addConfigEntry("session.disable_cpu_ep_fallback", "1");
    options.setIntraOpNumThreads(1);
    try (OrtCUDAProviderOptions cuda = toOrtCuda()) {
      options.addCUDA(cuda);
    }
  }

  /** The caller closes it. Fails unless this is the GPU build of ONNX Runtime. */
  OrtCUDAProviderOptions toOrtCuda() throws OrtException {
    OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(provider.id());
    for (Map.Entry<String, String> entry : entries().entrySet()) {
      cuda.add(entry.getKey(), entry.getValue());
    }
    return cuda;
  }

  /** CUDA provider options, by ONNX Runtime's keys. */
  Map<String, String> entries() {
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
    if (provider.memoryLimit() > 0) {
      entries.put("gpu_mem_limit", Long.toString(provider.memoryLimit()));
    }
    return entries;
  }
}
