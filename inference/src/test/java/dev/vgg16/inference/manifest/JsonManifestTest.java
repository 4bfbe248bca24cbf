package dev.vgg16.inference.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonManifestTest {

  @TempDir Path folder;

  private JsonManifest manifest(String json) {
    Path file = folder.resolve("head.json");
    try {
      Files.writeString(file, json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return JsonManifest.read(file);
  }

  /** The message without the file's name, with which it must begin. */
  private String error(String json, Consumer<JsonManifest> read) {
    ManifestException e =
        catchThrowableOfType(ManifestException.class, () -> read.accept(manifest(json)));
    assertThat(e).as("it was accepted").isNotNull();
    String file = folder.resolve("head.json").toString();
    assertThat(e.getMessage()).startsWith(file).doesNotContain("\n", "\0").hasSizeLessThan(500);
    return e.getMessage().substring(file.length()).replaceFirst("^: ", "").strip();
  }

  private String readError(String json) {
    return error(json, manifest -> {});
  }

  @Test
  void readsFields() {
    JsonManifest json =
        manifest(
            """
            {"name": "cats", "count": 3, "labels": ["cat", "dog"], "shape": [5, 5, 512],
             "backbone": {"id": "vgg16"}, "nothing": null, "share": 1.5e-1, "means": [1, -0.5]}
            """);
    assertThat(json.string("name")).isEqualTo("cats");
    assertThat(json.integer("count", 3)).isEqualTo(3);
    assertThat(json.strings("labels")).containsExactly("cat", "dog");
    assertThat(json.shape("shape")).containsExactly(5, 5, 512);
    assertThat(json.number("share")).isEqualTo(0.15f);
    assertThat(json.numbers("means")).containsExactly(1, -0.5f);
    assertThat(json.object("backbone").string("id")).isEqualTo("vgg16");
    assertThat(json.optionalObject("nothing")).isEmpty();
    assertThat(json.optionalObject("missing")).isEmpty();
    assertThat(json.file()).isEqualTo(folder.resolve("head.json"));
  }

  @Test
  void readsLayers() {
    JsonManifest json =
        manifest(
            """
            {"layers": [
              {"name": "dense", "type": "Dense", "output_shape": [512], "parameters": 262656},
              {"name": "drop", "type": "Dropout", "output_shape": [512], "parameters": 0}]}
            """);
    assertThat(json.layers("layers"))
        .containsExactly(
            new Layer("dense", "Dense", List.of(512), 262_656),
            new Layer("drop", "Dropout", List.of(512), 0));
    assertThat(json.layers("missing")).isEmpty();
    assertThat(manifest("{\"layers\": null}").layers("layers")).isEmpty();
  }

  @Test
  void aMissingFieldIsNamed() {
    assertThat(error("{}", json -> json.string("name"))).isEqualTo("name is missing");
    assertThat(error("{\"name\": null}", json -> json.string("name"))).isEqualTo("name is missing");
    assertThat(error("{}", json -> json.object("backbone"))).isEqualTo("backbone is missing");
    assertThat(error("{\"backbone\": {}}", json -> json.object("backbone").string("id")))
        .isEqualTo("backbone.id is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"\"", "[]", "{}", "true"})
  void aStringFieldMustBeANonEmptyString(String value) {
    assertThat(error("{\"name\": " + value + "}", json -> json.string("name")))
        .isEqualTo("name must be a string that is not empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-5",
        "1.5",
        "\"7\"",
        "true",
        "[]",
        "{}",
        "1e999999999",
        "1e-999999999",
        "9223372036854775808",
        "1e400"
      })
  void anIntegerFieldMustBeAnIntegerOfAtLeastTheMinimum(String value) {
    assertThat(error("{\"count\": " + value + "}", json -> json.integer("count", 1)))
        .isEqualTo("count must be an integer of at least 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.5", "\"5\"", "3000000000", "9223372036854775808", "null"})
  void aShapeHasPositiveIntegersOnly(String size) {
    assertThat(error("{\"shape\": [5, " + size + "]}", json -> json.shape("shape")))
        .startsWith("shape[1] must be an integer");
  }

  @Test
  void aListFieldMustBeAList() {
    assertThat(error("{\"labels\": \"cat\"}", json -> json.strings("labels")))
        .isEqualTo("labels must be a list");
    assertThat(error("{\"labels\": [\"cat\", 1]}", json -> json.strings("labels")))
        .isEqualTo("labels[1] must be a string that is not empty");
    assertThat(error("{\"layers\": {}}", json -> json.layers("layers")))
        .isEqualTo("layers must be a list");
  }

  @Test
  void anErrorInALayerNamesTheLayer() {
    String layers =
        """
        {"layers": [{"name": "a", "type": "Dense", "output_shape": [1], "parameters": 0},
                    {"name": "b", "type": "Dense", "output_shape": [1], "parameters": -1}, 7]}
        """;
    assertThat(error(layers, json -> json.layers("layers")))
        .isEqualTo("layers[1].parameters must be an integer of at least 0");
    assertThat(error("{\"layers\": [7]}", json -> json.layers("layers")))
        .isEqualTo("layers[0] must be an object");
  }

  @Test
  void anObjectFieldMustBeAnObject() {
    assertThat(error("{\"backbone\": []}", json -> json.object("backbone")))
        .isEqualTo("backbone must be an object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"abc", "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", "\\n"})
  void aDigestFieldMustBeASha256(String value) {
    assertThat(error("{\"sha256\": \"" + value + "\"}", json -> json.sha256("sha256")))
        .startsWith("sha256 must be a SHA-256");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "7", "\"text\""})
  void theRootMustBeAnObject(String json) {
    assertThat(readError(json)).isEqualTo("must be a JSON object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"a\": }",
        "{\"a\": 1} {}",
        "{\"a\": 1}}",
        "{'a': 1}",
        "{a: 1}",
        "{\"a\": 1,}",
        "{\"a\": 1} // so",
        "{\"a\": NaN}",
        "{\"a\"; 1}",
        "\0",
        "{\"a\": \"\n\"}",
        "<html>"
      })
  void lenientJsonIsRefused(String json) {
    assertThat(readError(json)).startsWith("is not JSON");
  }

  @Test
  void aSyntaxErrorNamesThePosition() {
    assertThat(readError("{\n  \"name\": \"cats\"\n  \"count\": 3\n}"))
        .startsWith("is not JSON")
        .contains("line 3")
        .doesNotContain("Gson", "gson", "lenient");
  }

  @Test
  void deepNestingIsRefused() {
    assertThat(readError("{\"a\": ".repeat(100_000))).startsWith("is not JSON");
    assertThat(readError("{\"a\": " + "[".repeat(1_000_000))).startsWith("is not JSON");
    assertThat(readError("{\"a\": " + "[".repeat(5_000) + "]".repeat(5_000) + "}"))
        .startsWith("is not JSON");
  }

  @Test
  void aHugeFileIsRefused() {
    assertThat(readError("{\"a\": \"" + "x".repeat(1 << 20) + "\"}"))
        .contains("is no manifest", "1,048,576");
  }

  /** A megabyte of them would take 50 MB as objects. */
  @ParameterizedTest
  @ValueSource(strings = {"1,", "[],", "{},", "\"\",", "null,", "true,", "{\"a\":1},"})
  void tooManyValuesAreRefused(String value) {
    String list = value.repeat(1_000_000 / value.length()) + "1";
    long before = allocated();
    assertThat(readError("{\"a\": [" + list + "]}"))
        .isEqualTo("is no manifest: it has more than 100,000 values");
    assertThat(allocated() - before).isLessThan(64 << 20);
  }

  @Test
  void manyLabelsAreAccepted() {
    String labels = "\"label\",".repeat(50_000) + "\"last\"";
    assertThat(manifest("{\"labels\": [" + labels + "]}").strings("labels")).hasSize(50_001);
  }

  /** Bytes that this thread has allocated. */
  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void invalidUtf8IsRefused() throws Exception {
    Path file = folder.resolve("head.json");
    Files.write(file, new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'});
    ManifestException e =
        catchThrowableOfType(ManifestException.class, () -> JsonManifest.read(file));
    assertThat(e).hasMessageStartingWith(file + " ").hasMessageContaining("UTF-8");
  }

  @Test
  void nonRegularFilesAreRefused() {
    assertThat(
            catchThrowableOfType(ManifestException.class, () -> JsonManifest.read(folder))
                .getMessage())
        .isEqualTo(folder + " can't be read: it is no regular file");
    Path missing = folder.resolve("missing.json");
    assertThat(
            catchThrowableOfType(ManifestException.class, () -> JsonManifest.read(missing))
                .getMessage())
        .isEqualTo(missing + " can't be read: there is no such file");
  }
}
