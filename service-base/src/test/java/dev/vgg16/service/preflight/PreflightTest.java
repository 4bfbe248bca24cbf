package dev.vgg16.service.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {

  private static final long MEBIBYTE = 1 << 20;

  @TempDir private Path folder;

  @Test
  void leavesTheTemporaryFolderEmpty() {
    Preflight.requireTemporaryFolder(folder);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void namesAMissingTemporaryFolder() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> Preflight.requireTemporaryFolder(missing))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "can't make a folder in the temporary folder "
                + missing
                + " (there is no such folder): JAVA_OPTS=-Djava.io.tmpdir=FOLDER names another");
  }

  @Test
  void namesATemporaryFolderThatIsAFile() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> Preflight.requireTemporaryFolder(file))
        .hasMessageContaining(file + " (there is no such folder)");
  }

  /** The heap that it names must be enough. */
  @Test
  void namesASufficientHeap() {
    long needed = 192 * MEBIBYTE;
    Preflight.requireHeap(needed, needed, "some-bytes");
    assertThatThrownBy(() -> Preflight.requireHeap(needed - 1, needed, "some-bytes"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the heap (191 MiB) is smaller than what some-bytes allow (192 MiB):"
                + " JAVA_OPTS=-Xmx212m makes room")
        .satisfies(
            e -> {
              Matcher heap = Pattern.compile("-Xmx(\\d+)m").matcher(e.getMessage());
              assertThat(heap.find()).isTrue();
              assertThat(Long.parseLong(heap.group(1)) * MEBIBYTE).isGreaterThan(needed);
            });
  }
}
