package dev.vgg16.inference.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/** Settings of an ONNX Runtime session on one execution provider. */
public sealed interface SessionSettings permits CpuSettings, CudaSettings, OpenVinoSettings {

  ExecutionProvider provider();

  /**
   * Adds them to ONNX Runtime's options.
   *
   * @throws OrtException when this build of ONNX Runtime, or this machine, lacks the provider
   */
  void addTo(OrtSession.SessionOptions options) throws OrtException;

  /** The caller's thread alone, on the CPU. */
  static SessionSettings singleThread() {
    return new CpuSettings(1, false);
  }

  /**
   * The settings as ONNX Runtime's options. The caller closes them.
   *
   * @throws OrtException as above
   */
  default OrtSession.SessionOptions toOrt() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    try {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setInterOpNumThreads(1);
      addTo(options);
      return options;
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw e;
    }
  }
}
