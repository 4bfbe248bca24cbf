package dev.vgg16.inference.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/**
 * Settings of a session on the CPU execution provider.
 *
 * @param threads intra-op threads, including the caller's
 * @param spinning whether idle threads spin for a while instead of sleeping: slightly lower latency
 *     for much more CPU time
 */
public record CpuSettings(int threads, boolean spinning) implements SessionSettings {

  public CpuSettings {
    requireThreads(threads);
  }

  static void requireThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, not " + threads);
    }
  }

  @Override
  public ExecutionProvider provider() {
    return ExecutionProvider.CPU;
  }

  @Override
  public void addTo(OrtSession.SessionOptions options) throws OrtException {
    options.addConfigEntry("session.intra_op.allow_spinning", spinning ? "1" : "0");
    options.setIntraOpNumThreads(threads);
  }
}
