package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissingCudaLibraryTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          libcublasLt.so.13 | this build is for CUDA 13; install its libraries and cuDNN 9
          libcudart.so.12   | this build is for CUDA 12; install its libraries and cuDNN 9
          libcudnn.so.9     | it is part of cuDNN; install cuDNN 9
          libcudnn_adv.so.9 | it is part of cuDNN; install cuDNN 9
          libcuda.so.1      | it is part of NVIDIA's driver; install it, or give the container a GPU
          libcufft.so.11    | install CUDA's libraries and cuDNN 9, or name their folders in LD_LIBRARY_PATH
          """)
  void namesTheLibraryAndWhatItIsPartOf(String library, String install) {
    String message =
        "Failed to load library /opt/native/libonnxruntime_providers_cuda.so with error: "
            + library
            + ": cannot open shared object file: No such file or directory";

    assertThat(MissingCudaLibrary.advice(message))
        .contains("there is no %s: %s".formatted(library, install));
  }

  @Test
  void saysNothingOfOtherFailures() {
    assertThat(MissingCudaLibrary.advice("CUDA failure 35: CUDA driver version is insufficient"))
        .isEmpty();
  }
}
