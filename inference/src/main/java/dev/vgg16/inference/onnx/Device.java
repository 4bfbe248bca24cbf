package dev.vgg16.inference.onnx;

/** The device that a model runs on. */
public sealed interface Device {

  /** The processor. */
  Device CPU = new Cpu();

  /** The processor; use {@link #CPU}. */
  record Cpu() implements Device {
    @Override
    public String toString() {
      return "cpu";
    }
  }

  /**
   * An NVIDIA GPU.
   *
   * @param id the CUDA device number
   * @param memoryLimit the most bytes of ONNX Runtime's arena; 0 for no limit
   */
  record Cuda(int id, long memoryLimit) implements Device {

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
    public String toString() {
      return "cuda:" + id;
    }
  }
}
