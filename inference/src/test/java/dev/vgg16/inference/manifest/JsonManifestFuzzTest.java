package dev.vgg16.inference.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any file is read or refused by a {@link ManifestException} of one line. */
class JsonManifestFuzzTest {

  private static final String VALID =
      """
      {"name": "cats-vs-dogs", "version": 1, "classes": ["cat", "dog"],
       "file": "head.onnx",
       "sha256": "d9a27cc1fc7f975ef8cff49180e794ccd7c4bc868ebb49740803b3bbaa8dbefd",
       "input": {"shape": [5, 5, 512], "id": "vgg16-160"},
       "layers": [{"name": "dense", "type": "Dense", "output_shape": [512], "parameters": 26}]}
      """;

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "null",
          "true",
          "-1",
          "3e9",
          "1e999",
          "\\u0000",
          "\\",
          "\n",
          "\0",
          "../",
          "é",
          "\uD800",
          "[[[[",
          "4294967296",
          "0.5",
          "\"\"",
          "//",
          "NaN");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void throwsOnlyManifestExceptions(int seed) throws Exception {
    Random random = new Random(seed);
    Path file = folder.resolve("head.json");
    Files.writeString(file, VALID);
    readAll(file);
    int accepted = 0;
    for (int i = 0; i < 300; i++) {
      Files.write(file, mutated(random));
      try {
        readAll(file);
        accepted++;
      } catch (ManifestException e) {
        assertThat(e.getMessage()).contains("head.json").doesNotContain("\n", "\0");
      }
    }
    // Most mutants must still parse, or little is tested.
    assertThat(accepted).isBetween(5, 295);
  }

  private static byte[] mutated(Random random) {
    byte[] bytes = VALID.getBytes(StandardCharsets.UTF_8);
    for (int m = random.nextInt(3); m >= 0; m--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes = Arrays.copyOf(bytes, at + 1);
        case 2 -> bytes = splice(bytes, at, "x", random.nextInt(20));
        case 3 -> bytes = splice(bytes, at, PIECES.get(random.nextInt(PIECES.size())), 0);
        default -> bytes = splice(bytes, at, PIECES.get(random.nextInt(PIECES.size())), 1);
      }
    }
    return bytes;
  }

  /** Replaces {@code length} bytes. */
  private static byte[] splice(byte[] bytes, int at, String piece, int length) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String insert = new String(piece.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    int end = Math.min(text.length(), at + length);
    return (text.substring(0, at) + insert + text.substring(end))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void readAll(Path file) {
    JsonManifest json = JsonManifest.read(file);
    assertThat(json.string("name")).isNotEmpty();
    assertThat(json.integer("version", 1)).isPositive();
    assertThat(json.strings("classes")).doesNotContain("");
    assertThat(json.modelFile().path().getParent())
        .isEqualTo(file.toAbsolutePath().normalize().getParent());
    JsonManifest input = json.object("input");
    assertThat(input.shape("shape")).allMatch(size -> size > 0);
    assertThat(input.string("id")).isNotEmpty();
    assertThat(json.layers("layers")).allMatch(layer -> layer.parameters() >= 0);
    json.optionalObject("extra").ifPresent(extra -> extra.string("any"));
  }
}
