package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Any model file is loaded, or refused in one line that names the file. */
class GraphExtensionJazzerTest {

  private static final Set<OutputForm> FORMS =
      Set.of(new OutputForm(ElementType.FLOAT16, false), new OutputForm(ElementType.FLOAT32, true));

  private static final Path FILE = file();

  private static Path file() {
    try {
      return Files.createTempDirectory("onnx").toRealPath().resolve("model.onnx");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The project's own checks, without ONNX Runtime. */
  @FuzzTest(maxDuration = "60s")
  void extendsOrRefuses(byte[] bytes) throws IOException {
    Files.write(FILE, bytes);
    try {
      ByteBuffer tapped = GraphExtension.extend(ScannedFile.read(FILE), FORMS);
      assertThat(tapped.remaining()).isGreaterThan(bytes.length);
      assertThat(tapped.slice(0, bytes.length)).isEqualTo(ByteBuffer.wrap(bytes));
    } catch (ModelLoadException e) {
      assertIsClear(e);
    }
  }

  /** Including ONNX Runtime. */
  @FuzzTest(maxDuration = "60s")
  void loadsOrRefuses(byte[] bytes) throws IOException {
    Files.write(FILE, bytes);
    load(Set.of());
    load(FORMS);
  }

  private static void load(Set<OutputForm> forms) {
    try {
      OnnxModel.load(FILE, SessionSettings.singleThread(), forms).close();
    } catch (ModelLoadException e) {
      assertIsClear(e);
    }
  }

  private static void assertIsClear(ModelLoadException e) {
    assertThat(e.getMessage()).contains(FILE.toString()).doesNotContain("\n");
  }
}
