package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of many kinds, each with what is to come of it: {@code images/cases/README.md}. That the
 * pixels are those of TensorFlow or Pillow is tried in Python, {@code
 * models/tests/data/test_decoder.py}.
 */
class ImageCasesTest {

  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 23);

  private final ImageDecoder decoder = new ImageDecoder(LIMITS);

  /** A row of the table: the file, then its size and orientation, or "refused" and the reason. */
  static Stream<List<String>> cases() {
    return TestImages.resource("cases/cases.tsv")
        .toStringUtf8()
        .lines()
        .map(l -> List.of(l.split("\t")));
  }

  static Stream<List<String>> decoded() {
    return cases().filter(row -> !row.get(1).equals("refused"));
  }

  static Stream<List<String>> refused() {
    return cases().filter(row -> row.get(1).equals("refused"));
  }

  @ParameterizedTest
  @MethodSource("decoded")
  void decodes(List<String> row) {
    ByteString file = file(row);
    try (DecodedImage image = decoder.decode(file)) {
      assertThat(image.width() + "x" + image.height()).isEqualTo(row.get(1));
    }
    Orientation orientation = new HeaderCheck(LIMITS).open(file).orientation();
    assertThat(Orientation.of(Integer.parseInt(row.get(2)))).contains(orientation);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refuses(List<String> row) {
    assertThatThrownBy(() -> decoder.decode(file(row)).close())
        .isInstanceOf(ServingException.class)
        .hasMessage(row.get(2));
  }

  @Test
  void everyFileHasItsRow() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/images/cases"))) {
      Set<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.endsWith(".tsv") && !name.endsWith(".md"))
              .collect(Collectors.toSet());
      assertThat(cases().map(row -> row.get(0))).containsExactlyInAnyOrderElementsOf(names);
    }
  }

  private static ByteString file(List<String> row) {
    return TestImages.resource("cases/" + row.get(0));
  }
}
