package dev.vgg16.inference.onnx;

import static dev.vgg16.inference.onnx.OpenVinoLibraries.PROVIDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.inference.onnx.OpenVinoSettings.ComputeType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenVinoSettingsTest {

  private static final OpenVinoSettings SETTINGS =
      new OpenVinoSettings(PROVIDER, 2, 3, ComputeType.FLOAT32);

  @TempDir private Path folder;

  @Test
  void theConfigurationNamesThreadsStreamsPrecisionAndPinning() {
    assertThat(SETTINGS.loadConfig())
        .isEqualTo(
            "{\"CPU\":{\"INFERENCE_NUM_THREADS\":\"6\",\"NUM_STREAMS\":\"3\","
                + "\"INFERENCE_PRECISION_HINT\":\"f32\",\"ENABLE_CPU_PINNING\":\"NO\"}}");
    assertThat(new OpenVinoSettings(PROVIDER, 1, 1, ComputeType.BFLOAT16).loadConfig())
        .contains("\"bf16\"");
  }

  @Test
  void invalidValuesAreNamed() {
    assertThatThrownBy(() -> new OpenVinoSettings(PROVIDER, 0, 1, ComputeType.FLOAT32))
        .hasMessage("--threads must be at least 1, not 0");
    assertThatThrownBy(() -> new OpenVinoSettings(PROVIDER, 1, 0, ComputeType.FLOAT32))
        .hasMessage("--instances must be at least 1, not 0");
  }

  @Test
  void aFolderWithoutTheLibraryIsNamedWithWhatFetchesIt() {
    assertThat(OpenVinoPlugin.problem(new ExecutionProvider.OpenVino(folder)))
        .hasValueSatisfying(
            problem ->
                assertThat(problem)
                    .contains(folder.toString(), "`bin/fetch-openvino` fetches it")
                    .doesNotContain("\n"));
  }

  @Test
  void aLibraryThatCannotBeLoadedIsToldInOneLine() throws IOException {
    Files.writeString(folder.resolve("libonnxruntime_providers_openvino_plugin.so"), "no library");
    assumeThat(OpenVinoPlugin.problem(PROVIDER))
        .as("with the true one registered already, this one would not be looked at")
        .isPresent();
    assertThat(OpenVinoPlugin.problem(new ExecutionProvider.OpenVino(folder)))
        .hasValueSatisfying(problem -> assertThat(problem).isNotBlank().doesNotContain("\n"));
  }

  @Test
  void theWholeModelRunsOnOpenVino() throws Exception {
    OpenVinoLibraries.assumeUsable();
    try (OnnxModel model = OnnxModel.load(Fixtures.model("affine"), SETTINGS);
        RowBuffer in = new RowBuffer(3, 2, 3);
        RowBuffer out = new RowBuffer(3, 2, 3)) {
      in.floats(3).put(new float[18]);
      for (int count = 1; count <= 3; count++) {
        model.run(in, count, out);
        assertThat(out.floats(count).get(3 * count - 1)).isEqualTo(30);
      }
    }
  }

  /** ONNX Runtime shows no provider options: what OpenVINO refuses has reached it. */
  @Test
  void theConfigurationReachesOpenVino() throws Exception {
    OpenVinoLibraries.assumeUsable();
    String model = Fixtures.model("affine").toString();
    for (String property :
        List.of(
            "INFERENCE_NUM_THREADS",
            "NUM_STREAMS",
            "INFERENCE_PRECISION_HINT",
            "ENABLE_CPU_PINNING")) {
      String wrong = "{\"CPU\":{\"%s\":\"wrong\"}}".formatted(property);
      try (SessionOptions options = new SessionOptions()) {
        options.addExecutionProvider(
            List.of(OpenVinoPlugin.device(PROVIDER)), Map.of("load_config", wrong));
        assertThatThrownBy(
                () -> OrtEnvironment.getEnvironment().createSession(model, options).close())
            .as(property)
            .hasMessageMatching("(?is).*wrong.*");
      }
    }
  }

  @Test
  void aBrokenModelIsRefusedInOneLine() throws IOException {
    OpenVinoLibraries.assumeUsable();
    Path broken = folder.resolve("broken.onnx");
    Files.writeString(broken, "no model");
    assertThatThrownBy(() -> OnnxModel.load(broken, SETTINGS, Set.of()))
        .isInstanceOf(ModelLoadException.class)
        .message()
        .contains(broken.toString())
        .doesNotContain("\n");
  }
}
