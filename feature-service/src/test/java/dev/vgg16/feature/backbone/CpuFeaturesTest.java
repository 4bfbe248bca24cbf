package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuFeaturesTest {

  @ParameterizedTest
  @CsvSource({
    "flags\t\t: fpu sse avx2 avx512f avx512_vnni, true",
    "flags\t\t: fpu avx2 avx_vnni, true",
    "flags\t\t: fpu sse avx2 avx512f, false",
    "Features\t: fp asimd asimddp, true",
    "Features\t: fp asimd, false",
    "model name\t: avx512_vnni, false",
  })
  void knowsTheInstructionsByTheirFlags(String cpuInfo, boolean expected) {
    String text = "processor\t: 0\n" + cpuInfo + "\nbugs\t\t: spectre\n";
    assertThat(CpuFeatures.ofCpuInfo(text).int8DotProduct()).isEqualTo(expected);
  }

  @Test
  void knowsMatrixUnitsAndBfloat16() {
    assertThat(CpuFeatures.ofCpuInfo("flags\t: avx512_vnni avx512_bf16"))
        .isEqualTo(new CpuFeatures(true, true, false));
    assertThat(CpuFeatures.ofCpuInfo("flags\t: avx512_vnni amx_bf16 amx_tile amx_int8"))
        .isEqualTo(new CpuFeatures(true, true, true));
    assertThat(CpuFeatures.ofCpuInfo("flags\t: avx2"))
        .isEqualTo(new CpuFeatures(false, false, false));
  }
}
