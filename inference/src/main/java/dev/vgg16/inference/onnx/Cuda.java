package dev.vgg16.inference.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import java.util.Optional;

/** Checks whether CUDA is available. */
public final class Cuda {

  private Cuda() {}

  /**
   * Why a session can't run on this GPU, in one line; empty when no problem is found. Only loading
   * a model proves that it can.
   */
  public static Optional<String> problem(ExecutionProvider.Cuda provider) {
    // The GPU build lists CUDA whether or not there is a GPU; the other build never does.
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      return Optional.of(
          "this build of ONNX Runtime has no CUDA provider; build with the Maven profile `gpu`");
    }
    // Without an environment, ONNX Runtime can't report which library is missing.
    OrtEnvironment unused = OrtEnvironment.getEnvironment();
    try {
      new CudaSettings(provider, false, true).toOrt().close();
      return Optional.empty();
    } catch (OrtException e) {
      String message = OnnxModel.firstLine(e);
      return Optional.of(MissingCudaLibrary.advice(message).orElse(message));
    }
  }
}
