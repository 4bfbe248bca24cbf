package dev.vgg16.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GpuTest {

  @Test
  void theFirstOfSeveral() {
    assertThat(Gpu.parse("NVIDIA H100 80GB HBM3, 580.159.04\nNVIDIA L4, 580.159.04\n"))
        .hasValueSatisfying(
            gpu -> assertThat(gpu).hasToString("NVIDIA H100 80GB HBM3 (driver 580.159.04)"));
  }

  @Test
  void whatNvidiaSmiSaysWithoutAGpuNamesNone() {
    assertThat(Gpu.parse("No devices were found\n")).isEmpty();
    assertThat(Gpu.parse("")).isEmpty();
  }
}
