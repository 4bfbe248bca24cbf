package dev.vgg16.inference.onnx;

import java.nio.file.Path;

/**
 * What runs a model: an execution provider of ONNX Runtime, and its device.
 *
 * <p>{@code toString} is the name in options, messages and the contract.
 */
public sealed interface ExecutionProvider {

  /** ONNX Runtime's CPU execution provider: its built-in kernels. */
  ExecutionProvider CPU = new Cpu();

  /** The device that it runs on: "cpu", or "cuda:0". */
  String device();

  /** Use {@link #CPU}. */
  record Cpu() implements ExecutionProvider {
    @Override
    public String device() {
      return "cpu";
    }

    @Override
    public String toString() {
      return "cpu";
    }
  }

  /**
   * OpenVINO, on the processor.
   *
   * @param libraries the folder with the provider's plugin library and those that it needs
   */
  record OpenVino(Path libraries) implements ExecutionProvider {
    @Override
    public String device() {
      return "cpu";
    }

    @Override
    public String toString() {
      return "openvino";
    }
  }

  /**
   * CUDA, on an NVIDIA GPU.
   *
   * @param id the CUDA device number
   * @param memoryLimit the most bytes of ONNX Runtime's arena; 0 for no limit
   */
  record Cuda(int id, long memoryLimit) implements ExecutionProvider {

    public Cuda {
      if (id < 0) {
        throw new IllegalArgumentException("--cuda-device must not be negative, was " + id);
      }
      if (memoryLimit < 0) {
        throw new IllegalArgumentException(
            "--cuda-memory-limit must not be negative, was " + memoryLimit);
      }
    }

    @Override
    public String device() {
      return "cuda:" + id;
    }

    @Override
    public String toString() {
      return "cuda";
    }
  }
}
