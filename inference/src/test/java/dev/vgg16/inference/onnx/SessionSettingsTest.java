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

  private static final Device.Cuda CUDA = new Device.Cuda(3, 0);

  @Test
  void spinningIsConfigurable() {
    assertThat(SessionSettings.onCpu(2, true).configEntries())
        .containsEntry("session.intra_op.allow_spinning", "1");
    assertThat(SessionSettings.onCpu(2, false).configEntries())
        .containsEntry("session.intra_op.allow_spinning", "0");
  }

  @Test
  void aGpuSessionDisablesTheCpuFallback() {
    assertThat(SessionSettings.onGpu(CUDA, true, true).configEntries())
        .containsEntry("session.disable_cpu_ep_fallback", "1");
    assertThat(SessionSettings.onCpu(1, false).configEntries())
        .doesNotContainKey("session.disable_cpu_ep_fallback");
  }

  @Test
  void theEntriesReachOnnxRuntime() throws Exception {
    SessionSettings settings = SessionSettings.onCpu(2, true);
    try (SessionOptions options = settings.toOrt()) {
      assertThat(options.getConfigEntries()).containsAllEntriesOf(settings.configEntries());
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
    Device.Cuda gpu = new Device.Cuda(0, 1L << 32);
    try (OrtCUDAProviderOptions provider =
        SessionSettings.onGpu(gpu, true, true).cudaProvider(gpu)) {
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
    assertThat(SessionSettings.onGpu(CUDA, true, false).cudaEntries(CUDA))
        .containsEntry("use_tf32", "0");
  }

  private static Map<String, String> entries(Device.Cuda gpu, boolean fuseConvolutions) {
    return SessionSettings.onGpu(gpu, fuseConvolutions, true).cudaEntries(gpu);
  }

  @Test
  void theMemoryLimitIsOptional() {
    assertThat(entries(CUDA, true)).doesNotContainKey("gpu_mem_limit");
    assertThat(entries(new Device.Cuda(0, 1L << 32), true))
        .containsEntry("gpu_mem_limit", "4294967296");
  }

  @Test
  void invalidValuesAreNamed() {
    assertThatThrownBy(() -> SessionSettings.onCpu(0, false))
        .hasMessage("--threads must be at least 1, not 0");
    assertThatThrownBy(() -> new Device.Cuda(-1, 0)).hasMessageContaining("cuda-device");
    assertThatThrownBy(() -> new Device.Cuda(0, -1)).hasMessageContaining("cuda-memory-limit");
  }

  @Test
  void devicesHaveNamesForTheLog() {
    assertThat(Device.CPU).hasToString("cpu");
    assertThat(CUDA).hasToString("cuda:3");
  }
}
