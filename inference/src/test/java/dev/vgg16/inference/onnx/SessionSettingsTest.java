package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import com.google.common.base.Splitter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionSettingsTest {

  private static final ExecutionProvider.Cuda CUDA = new ExecutionProvider.Cuda(3, 0);

  @Test
  void spinningIsConfigurable() throws Exception {
    for (boolean spinning : new boolean[] {true, false}) {
      try (SessionOptions options = new CpuSettings(2, spinning).toOrt()) {
        assertThat(options.getConfigEntries())
            .containsEntry("session.intra_op.allow_spinning", spinning ? "1" : "0")
            .doesNotContainKey("session.disable_cpu_ep_fallback");
      }
    }
  }

  @Test
  void cudaUsesHeuristicConvolutionSearch() {
    assertThat(entries(CUDA, true)).containsEntry("cudnn_conv_algo_search", "HEURISTIC");
  }

  /** Needs the GPU build, but no GPU: `mvn -Pgpu test`. */
  @Test
  void theCudaEntriesReachOnnxRuntime() throws Exception {
    assumeThat(OrtEnvironment.getAvailableProviders())
        .as("the CUDA provider is part of the build with the Maven profile `gpu`")
        .contains(OrtProvider.CUDA);
    OrtEnvironment unused = OrtEnvironment.getEnvironment();
    ExecutionProvider.Cuda gpu = new ExecutionProvider.Cuda(0, 1L << 32);
    try (OrtCUDAProviderOptions provider = new CudaSettings(gpu, true, true).toOrtCuda()) {
      Map<String, String> reached =
          Splitter.on(';')
              .omitEmptyStrings()
              .withKeyValueSeparator('=')
              .split(provider.getOptionsString());
      assertThat(reached).containsAllEntriesOf(entries(gpu, true));
      assertThat(reached).containsEntry("device_id", "0");
    }
  }

  @Test
  void cudaComputesInTheLayoutOfTensorCores() {
    assertThat(entries(CUDA, true))
        .containsEntry("prefer_nhwc", "1")
        .containsEntry("fuse_conv_bias", "1");
    assertThat(entries(CUDA, false)).containsEntry("fuse_conv_bias", "0");
  }

  @Test
  void tensorCoresCanBeExcluded() {
    assertThat(entries(CUDA, true)).containsEntry("use_tf32", "1");
    assertThat(new CudaSettings(CUDA, true, false).entries()).containsEntry("use_tf32", "0");
  }

  private static Map<String, String> entries(ExecutionProvider.Cuda gpu, boolean fuseConvolutions) {
    return new CudaSettings(gpu, fuseConvolutions, true).entries();
  }

  @Test
  void theMemoryLimitIsOptional() {
    assertThat(entries(CUDA, true)).doesNotContainKey("gpu_mem_limit");
    assertThat(entries(new ExecutionProvider.Cuda(0, 1L << 32), true))
        .containsEntry("gpu_mem_limit", "4294967296");
  }

  @Test
  void invalidValuesAreNamed() {
    assertThatThrownBy(() -> new CpuSettings(0, false))
        .hasMessage("--threads must be at least 1, not 0");
    assertThatThrownBy(() -> new ExecutionProvider.Cuda(-1, 0)).hasMessageContaining("cuda-device");
    assertThatThrownBy(() -> new ExecutionProvider.Cuda(0, -1))
        .hasMessageContaining("cuda-memory-limit");
  }

  @Test
  void providersAndDevicesHaveNames() {
    assertThat(ExecutionProvider.CPU).hasToString("cpu");
    assertThat(ExecutionProvider.CPU.device()).isEqualTo("cpu");
    assertThat(CUDA).hasToString("cuda");
    assertThat(CUDA.device()).isEqualTo("cuda:3");
    assertThat(OpenVinoLibraries.PROVIDER).hasToString("openvino");
    assertThat(OpenVinoLibraries.PROVIDER.device()).isEqualTo("cpu");
  }
}
