package dev.vgg16.inference.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Any manifest is read or refused by a {@link ManifestException} of one line. */
class JsonManifestJazzerTest {

  private static final Path FOLDER = folder();
  private static final Path FILE = FOLDER.resolve("head.json");

  /** Each is called for every file, whether or not the field is present. */
  private static final List<Consumer<JsonManifest>> READS =
      List.of(
          json -> assertThat(json.string("name")).isNotEmpty(),
          json -> assertThat(json.optionalString("name").orElse("none")).isNotEmpty(),
          json -> assertThat(json.integer("version", 1)).isPositive(),
          json -> assertThat(json.number("threshold")).isFinite(),
          json -> assertThat(json.numbers("mean")).isNotNull(),
          json -> assertThat(json.strings("labels")).doesNotContain(""),
          json -> assertThat(json.sha256("sha256")).hasSize(64),
          json -> assertThat(json.shape("shape")).allMatch(size -> size > 0),
          json -> assertThat(json.object("input").shape("shape")).allMatch(size -> size > 0),
          json -> assertThat(json.layers("layers")).allMatch(layer -> layer.parameters() >= 0),
          json -> assertThat(json.modelFile().path().getParent()).isEqualTo(FOLDER));

  private static Path folder() {
    try {
      return Files.createTempDirectory("manifest").toRealPath();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @FuzzTest(maxDuration = "60s")
  void readsOrRefuses(byte[] text) throws IOException {
    Files.write(FILE, text);
    JsonManifest json;
    try {
      json = JsonManifest.read(FILE);
    } catch (ManifestException e) {
      assertIsClear(e);
      return;
    }
    for (Consumer<JsonManifest> read : READS) {
      try {
        read.accept(json);
      } catch (ManifestException e) {
        assertIsClear(e);
      }
    }
  }

  /** A file's name must not lead out of the manifest's folder. */
  @FuzzTest(maxDuration = "60s")
  void aFileLiesBesideItsManifest(FuzzedDataProvider data) throws IOException {
    String name = data.consumeRemainingAsString();
    Files.write(
        FILE,
        "{\"file\": %s, \"sha256\": \"%s\"}"
            .formatted(new JsonPrimitive(name), "0".repeat(64))
            .getBytes(StandardCharsets.UTF_8));
    try {
      Path path = JsonManifest.read(FILE).modelFile().path();
      assertThat(path.normalize()).isEqualTo(path);
      assertThat(path.getParent()).isEqualTo(FOLDER);
      assertThat(path.getFileName().toString()).isEqualTo(name);
    } catch (ManifestException e) {
      assertIsClear(e);
    }
  }

  private static void assertIsClear(ManifestException e) {
    assertThat(e.getMessage()).contains(FILE.toString()).doesNotContain("\n", "\0");
    assertThat(e.getMessage()).hasSizeLessThan(1_000);
  }
}
