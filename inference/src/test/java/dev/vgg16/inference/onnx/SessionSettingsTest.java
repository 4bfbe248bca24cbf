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
    assertThat(new SessionSettings(Device.CPU, 2, true).configEntries())
        .containsEntry("session.intra_op.allow_spinning", "1");
    assertThat(new SessionSettings(Device.CPU, 2, false).configEntries())
        .containsEntry("session.intra_op.allow_spinning", "0");
  }

  @Test
  void aGpuSessionDisablesTheCpuFallback() {
    assertThat(new SessionSettings(CUDA, 1, false).configEntries())
        .containsEntry("session.disable_cpu_ep_fallback", "1");
    assertThat(new SessionSettings(Device.CPU, 1, false).configEntries())
        .doesNotContainKey("session.disable_cpu_ep_fallback");
  }

  @Test
  void theEntriesReachOnnxRuntime() throws Exception {
    SessionSettings settings = new SessionSettings(Device.CPU, 2, true);
    try (SessionOptions options = settings.toOrt()) {
      assertThat(options.getConfigEntries()).containsAllEntriesOf(settings.configEntries());
    }
  }

  @Test
  void cudaUsesHeuristicConvolutionSearch() {
    assertThat(SessionSettings.cudaEntries(CUDA))
        .containsEntry("cudnn_conv_algo_search", "HEURISTIC");
  }

  /** Needs the GPU build, but no GPU: `mvn -Pgpu test`. */
  @Test
  void theCudaEntriesReachOnnxRuntime() throws Exception {
    assumeThat(OrtEnvironment.getAvailableProviders())
        .as("the CUDA provider is part of the build with the Maven profile `gpu`")
        .contains(OrtProvider.CUDA);
    OrtEnvironment unused = OrtEnvironment.getEnvironment();
    Device.Cuda gpu = new Device.Cuda(0, 1L << 32);
    try (OrtCUDAProviderOptions provider = SessionSettings.cudaProvider(gpu)) {
      Map<String, String> reached =
          Splitter.on(';')
              .omitEmptyStrings()
              .withKeyValueSeparator('=')
              .split(provider.getOptionsString());
      assertThat(reached).containsAllEntriesOf(SessionSettings.cudaEntries(gpu));
      assertThat(reached).containsEntry("device_id", "0");
    }
  }

  @Test
  void theMemoryLimitIsOptional() {
    assertThat(SessionSettings.cudaEntries(CUDA)).doesNotContainKey("gpu_mem_limit");
    assertThat(SessionSettings.cudaEntries(new Device.Cuda(0, 1L << 32)))
        .containsEntry("gpu_mem_limit", "4294967296");
  }

  @Test
  void invalidValuesAreNamed() {
    assertThatThrownBy(() -> new SessionSettings(Device.CPU, 0, false))
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
