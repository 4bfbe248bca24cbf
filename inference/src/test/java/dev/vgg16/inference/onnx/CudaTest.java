package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CudaTest {

  @Test
  void theCpuBuildNamesTheGpuProfile() {
    assertThat(Cuda.problem(new ExecutionProvider.Cuda(0, 0)))
        .hasValueSatisfying(
            problem ->
                assertThat(problem)
                    .contains("no CUDA provider", "Maven profile `gpu`")
                    .doesNotContain("\n"));
  }
}
