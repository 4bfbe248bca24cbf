package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfMemoryTest {

  /** As ONNX Runtime 1.29 says it of an H200 and of a CPU. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error code - ORT_FAIL - message: Non-zero status code returned while running Conv node."
            + " Name:'block1_conv2' Status Message: bfc_arena.cc:359"
            + " Available memory of 10221056 is smaller than requested bytes of 13181184",
        "Non-zero status code returned while running MaxPool node. bfc_arena.cc:376"
            + " Failed to allocate memory for requested buffer of size 209715200",
        "CUDA failure 2: out of memory ; GPU=0 ; expr=cudaMalloc((void**)&p, size);",
        "Exception during initialization: std::bad_alloc"
      })
  void isToldFromTheMessage(String message) {
    assertThat(OnnxModel.isOutOfMemory(new OrtException(message))).isTrue();
  }

  @Test
  void otherFailuresAreNot() {
    assertThat(
            OnnxModel.isOutOfMemory(
                new OrtException(
                    "Error code - ORT_EP_FAIL - message: Failed to initialize CUDNN Frontend")))
        .isFalse();
  }
}
