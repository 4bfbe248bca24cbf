package dev.vgg16.feature.http.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleFilesTest {

  private static final Path FOLDER = Path.of("src/main/resources/console");

  private final ConsoleFiles files = new ConsoleFiles();

  @Test
  void thePageIsAtTheRoot() {
    ConsoleFile page = files.find("/").orElseThrow();
    assertThat(page.contentType()).isEqualTo("text/html; charset=utf-8");
    assertThat(page.body().toStringUtf8()).startsWith("<!doctype html>");
    assertThat(files.find("/index.html")).contains(page);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/js",
        "/js/",
        "/js/none.js",
        "/samples/LICENSES.txt",
        "/../logback.xml",
        "/js/../index.html",
        "//index.html",
        "/js//main.js",
        "/js/main.class",
        "/index.html/",
        "/%2e%2e/logback.xml"
      })
  void nothingElseIsServed(String path) {
    assertThat(files.find(path)).isEmpty();
  }

  @Test
  void anEtagStandsForTheContent() {
    ConsoleFile script = files.find("/js/main.js").orElseThrow();
    assertThat(script.etag()).matches("\"[0-9a-f]{16}\"");
    assertThat(script.isKnownTo(script.etag())).isTrue();
    assertThat(script.isKnownTo("\"other\", W/" + script.etag())).isTrue();
    assertThat(script.isKnownTo("*")).isTrue();
    assertThat(script.isKnownTo("")).isFalse();
    assertThat(script.isKnownTo("\"other\"")).isFalse();
  }

  @Test
  void everyFileThatAnotherNamesIsServed() throws IOException {
    for (Path file : sources()) {
      for (String named : references(file)) {
        assertThat(files.find(named)).as("%s, which %s names", named, file).isPresent();
      }
    }
  }

  /** The page asks no other host, and its policy forbids code in markup. */
  @Test
  void noFileNamesAnotherHostOrHasCodeInMarkup() throws IOException {
    for (Path file : sources()) {
      String text = Files.readString(file).replace("http://www.w3.org/2000/svg", "");
      assertThat(text).as(file.toString()).doesNotContain("http:", "https:", "innerHTML", "eval(");
      assertThat(text)
          .as(file.toString())
          .doesNotContainPattern("<style|<script>|\\son\\w+=|\\sstyle=");
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> all = Files.walk(FOLDER)) {
      return all.filter(file -> file.toString().matches(".*\\.(html|css|js|svg)")).toList();
    }
  }

  /** The paths that a file refers to, from the root. */
  private static List<String> references(Path file) throws IOException {
    String text = Files.readString(file);
    return file.toString().endsWith(".html")
        ? found("(?:src|href)=\"([^\"#]+)\"", text).map(name -> "/" + name).toList()
        : found("from \"\\./([^\"]+)\"", text).map(name -> "/js/" + name).toList();
  }

  private static Stream<String> found(String regex, String text) {
    return Pattern.compile(regex).matcher(text).results().map((MatchResult it) -> it.group(1));
  }
}
