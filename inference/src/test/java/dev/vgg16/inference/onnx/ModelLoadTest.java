package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A failure to load is one line that names the file and the reason. */
class ModelLoadTest {

  @TempDir Path folder;

  private static String error(Path file) {
    ModelLoadException e =
        catchThrowableOfType(
            ModelLoadException.class, () -> OnnxModel.load(file, SessionSettings.singleThread()));
    assertThat(e).as("%s was loaded", file).isNotNull();
    assertThat(e.getMessage()).contains(file.toString()).doesNotContain("\n");
    return e.getMessage();
  }

  @Test
  void aMissingFile() {
    Path file = folder.resolve("missing.onnx");
    assertThat(error(file)).isEqualTo(file + " can't be read: there is no such file");
  }

  @Test
  void aFolder() {
    assertThat(error(folder)).isEqualTo(folder + " can't be read: it is no regular file");
  }

  /** As of a failing volume. */
  @Test
  void anIoErrorIsNotAMissingFile() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("loop.onnx"), Path.of("loop.onnx"));
    assertThat(error(link)).contains("can't be read: ", "Too many levels of symbolic links");
    Path below = Files.createFile(folder.resolve("file")).resolve("model.onnx");
    assertThat(error(below)).contains("can't be read: ", "Not a directory");
  }

  @Test
  void garbage() throws Exception {
    Path file = folder.resolve("garbage.onnx");
    Files.writeString(file, "this is no model\nat all\n");
    assertThat(error(file)).endsWith("can't be loaded: it is no ONNX model");
  }

  @Test
  void anEmptyFile() throws Exception {
    Path file = Files.createFile(folder.resolve("empty.onnx"));
    error(file);
  }

  @Test
  void aTruncatedModel() throws Exception {
    Path file = folder.resolve("half.onnx");
    byte[] whole = Files.readAllBytes(Fixtures.model("affine"));
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    error(file);
  }

  /** No digest covers external data. */
  @ParameterizedTest
  @CsvSource({
    "external_beside, weights.bin",
    "external_above, ../../weights.bin",
    "external_absolute, /etc/passwd",
    "external_attribute, ../weights.bin",
    "external_function, ../weights.bin"
  })
  void externalWeights(String model, String location) {
    Path file = Fixtures.model(model);
    assertThat(error(file))
        .isEqualTo(
            "%s keeps weights in another file, \"%s\": all weights must be in the model file"
                .formatted(file, location));
  }

  @Test
  void twoInputs() {
    assertThat(error(Fixtures.model("two_inputs"))).contains("one input").contains("[a, b]");
  }

  @Test
  void twoOutputs() {
    assertThat(error(Fixtures.model("two_outputs"))).contains("one output").contains("[y, z]");
  }

  @Test
  void anotherElementType() {
    assertThat(error(Fixtures.model("int64_input")))
        .contains("the input `x` must be a float32 tensor")
        .contains("INT64");
    assertThat(error(Fixtures.model("double_output")))
        .contains("the output `y` must be a float32 tensor")
        .contains("DOUBLE");
  }

  @Test
  void noBatchDimension() {
    assertThat(error(Fixtures.model("no_rows"))).contains("the input `x` must have a batch");
  }

  @Test
  void aFixedBatchDimension() {
    // It would load, and every run of another size would fail.
    assertThat(error(Fixtures.model("fixed_batch")))
        .contains("the input `x` must leave its batch dimension open")
        .contains("[1, 2]");
  }

  @Test
  void aFailedLoadDoesNotAffectTheNext() {
    for (int i = 0; i < 50; i++) {
      error(Fixtures.model("two_inputs"));
    }
    Fixtures.load("affine").close();
  }

  @Test
  void anUnavailableDevice() {
    Path file = Fixtures.model("affine");
    SessionSettings cuda = new CudaSettings(new ExecutionProvider.Cuda(0, 0), true, true);
    assertThatThrownBy(() -> OnnxModel.load(file, cuda))
        .isInstanceOf(ModelLoadException.class)
        .message()
        .contains(file.toString(), "cuda")
        .doesNotContain("\n");
  }
}
