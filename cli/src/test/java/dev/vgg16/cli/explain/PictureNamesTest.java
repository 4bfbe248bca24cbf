package dev.vgg16.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PictureNamesTest {

  @Test
  void keepsNamesInEveryScript() {
    assertThat(names("猫.jpg", "犬.jpg")).containsExactly("猫.jpg.head.cat.png", "犬.jpg.head.cat.png");
  }

  @Test
  void namesAreNoPaths() {
    assertThat(names("../a/b.jpg")).containsExactly("a_b.jpg.head.cat.png");
    PictureNames names = new PictureNames(List.of(Path.of("a.jpg")));
    assertThat(names.of(Path.of("a.jpg"), "head", "a/../\u001b[2J\n"))
        .isEqualTo("a.jpg.head.a_.._[2J_.png");
  }

  @Test
  void noTwoPhotosHaveOneName() {
    assertThat(names("one/a.jpg", "two/a.jpg", "one_a.jpg", "one:a.jpg"))
        .containsExactly(
            "one_a.jpg.head.cat.png",
            "two_a.jpg.head.cat.png",
            "one_a.jpg-2.head.cat.png",
            "one_a.jpg-3.head.cat.png");
  }

  /** As on macOS: e with an accent, as one character and as two. */
  @Test
  void caseAndCompositionMakeNoDifference() {
    assertThat(names("A.jpg", "a.jpg"))
        .containsExactly("A.jpg.head.cat.png", "a.jpg-2.head.cat.png");
    assertThat(names("\u00e9.jpg", "e\u0301.jpg").get(1)).endsWith(".jpg-2.head.cat.png");
  }

  @Test
  void longNamesThatDifferAtTheirBeginningKeepApart() {
    String end = "/" + "猫".repeat(80) + ".jpg";
    List<String> names = names("one" + end, "two" + end);
    assertThat(names.get(0)).endsWith("猫.jpg.head.cat.png").isNotEqualTo(names.get(1));
    assertThat(names)
        .allSatisfy(
            name ->
                assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(255));
  }

  @Test
  void headsAndLabelsKeepApart() {
    PictureNames names = new PictureNames(List.of(Path.of("a.jpg")));
    String one = names.of(Path.of("a.jpg"), "head", "x.y");
    assertThat(names.of(Path.of("a.jpg"), "head.x", "y")).isEqualTo("a.jpg.head.x.y-2.png");
    assertThat(names.of(Path.of("a.jpg"), "head", "x.y")).isEqualTo(one);
    String longLabel = "猫".repeat(500);
    assertThat(names.of(Path.of("a.jpg"), "head", longLabel))
        .isNotEqualTo(names.of(Path.of("a.jpg"), "head", longLabel + "犬"));
  }

  @Test
  void aPhotoThatIsNamedTwiceHasOneName() {
    assertThat(names("a.jpg", "a.jpg")).containsOnly("a.jpg.head.cat.png");
  }

  private static List<String> names(String... photos) {
    List<Path> paths = Arrays.stream(photos).map(Path::of).toList();
    PictureNames names = new PictureNames(paths);
    return paths.stream().map(photo -> names.of(photo, "head", "cat")).toList();
  }
}
