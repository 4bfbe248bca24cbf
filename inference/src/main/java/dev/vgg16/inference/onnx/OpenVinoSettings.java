package dev.vgg16.inference.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * Settings of a session on OpenVINO's provider.
 *
 * @param threads of each run, including the caller's
 * @param streams runs at a time, each of {@code threads} threads
 * @param type what float32 operators are computed in; a quantized model's convolutions stay int8
 */
public record OpenVinoSettings(
    ExecutionProvider.OpenVino provider, int threads, int streams, ComputeType type)
    implements SessionSettings {

  /** What float32 operators are computed in. */
  public enum ComputeType {
    FLOAT32("f32"),
    BFLOAT16("bf16");

    private final String hint;

    ComputeType(String hint) {
      this.hint = hint;
    }
  }

  public OpenVinoSettings {
    CpuSettings.requireThreads(threads);
    if (streams < 1) {
      throw new IllegalArgumentException("--instances must be at least 1, not " + streams);
    }
  }

  @Override
  public void addTo(OrtSession.SessionOptions options) throws OrtException {
    // Fail at load instead of running a part of the model with other kernels.
    options.addConfigEntry("session.disable_cpu_ep_fallback", "1");
    // The threads are OpenVINO's own; ONNX Runtime's would idle.
    options.setIntraOpNumThreads(1);
    options.addExecutionProvider(
        List.of(OpenVinoPlugin.device(provider)), Map.of("load_config", loadConfig()));
  }

  /**
   * OpenVINO's properties of the CPU device, in JSON.
   *
   * <p>See docs.openvino.ai, "CPU Device", and load_config in ONNX Runtime's documentation of the
   * provider.
   */
  String loadConfig() {
    JsonObject cpu = new JsonObject();
    cpu.addProperty("INFERENCE_NUM_THREADS", Integer.toString(threads * streams));
    cpu.addProperty("NUM_STREAMS", Integer.toString(streams));
    // Without a precision a float32 model runs as slowly as float32 on some processors and in
    // bfloat16 on others.
    cpu.addProperty("INFERENCE_PRECISION_HINT", type.hint);
    // Each session, also those of other processes, would bind its threads to the same processors.
    cpu.addProperty("ENABLE_CPU_PINNING", "NO");
    JsonObject devices = new JsonObject();
    devices.add("CPU", cpu);
    return devices.toString();
  }
}
