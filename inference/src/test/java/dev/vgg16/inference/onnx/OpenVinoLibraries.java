package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;

/** OpenVINO's provider in tests, as {@code bin/fetch-openvino} fetches it. */
public final class OpenVinoLibraries {

  public static final ExecutionProvider.OpenVino PROVIDER =
      new ExecutionProvider.OpenVino(Path.of("..", "feature-service", "target", "openvino"));

  private OpenVinoLibraries() {}

  /** Skips the test where the provider can't be used, and says why. */
  public static void assumeUsable() {
    boolean fetched = OpenVinoPlugin.isIn(PROVIDER.libraries());
    if ("true".equals(System.getenv("CI")) && isLinuxOnX64()) {
      assertThat(fetched).as("in CI the libraries are fetched before the tests").isTrue();
    }
    assumeThat(OpenVinoPlugin.problem(PROVIDER)).isEmpty();
  }

  private static boolean isLinuxOnX64() {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64");
  }
}
