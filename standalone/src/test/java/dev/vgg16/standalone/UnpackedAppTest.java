package dev.vgg16.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedAppTest {

  @TempDir private Path folder;
  @TempDir private Path temporary;

  @Test
  void unpacksIntoTheCacheOnce() throws IOException {
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    Path jar = jar("app/lib/a.jar", "first");
    UnpackedApp app = UnpackedApp.of(jar, environment);
    assertThat(app.folder()).hasParentRaw(folder.resolve("cache/vgg16-serving"));
    assertThat(app.folder().resolve("lib/a.jar")).hasContent("first");
    assertThat(app.folder().resolve("Main.class")).doesNotExist();
    app.close();
    assertThat(UnpackedApp.of(jar, environment)).isEqualTo(app);
  }

  @Test
  void anotherContentHasAnotherFolder() throws IOException {
    Map<String, String> environment = Map.of("HOME", folder.toString());
    UnpackedApp first = UnpackedApp.of(jar("app/lib/a.jar", "first"), environment);
    UnpackedApp second = UnpackedApp.of(jar("app/lib/a.jar", "second"), environment);
    assertThat(first.folder().resolve("lib/a.jar")).hasContent("first");
    assertThat(second.folder().resolve("lib/a.jar")).hasContent("second");
  }

  @Test
  void aTemporaryFolderIsDeletedAtTheEnd() throws IOException {
    UnpackedApp app = UnpackedApp.of(jar("app/lib/a.jar", "first"), Map.of());
    assertThat(app.folder().resolve("lib/a.jar")).hasContent("first");
    app.close();
    assertThat(app.folder()).doesNotExist();
  }

  @Test
  void aCacheThatOthersCanWriteToIsNotUsed() throws IOException {
    Path cache = Files.createDirectories(folder.resolve("vgg16-serving"));
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path jar = jar("app/lib/a.jar", "first");
    try (UnpackedApp app = UnpackedApp.of(jar, Map.of("XDG_CACHE_HOME", folder.toString()))) {
      assertThat(app.temporary()).isTrue();
      assertThat(app.folder().resolve("lib/a.jar")).hasContent("first");
    }
    assertThat(cache).isEmptyDirectory();
  }

  @Test
  void refusesAnEntryOutsideTheFolder() throws IOException {
    Path jar = jar("app/../../outside", "text");
    assertThatThrownBy(() -> UnpackedApp.of(jar, Map.of(), temporary))
        .isInstanceOf(IOException.class)
        .hasMessage("app/../../outside is not within the folder");
    assertThat(temporary).isEmptyDirectory();
  }

  /** As at Ctrl-C. */
  @Test
  void leavesNothingWhenInterrupted() throws IOException {
    Path jar = jar("app/lib/a.jar", "first");
    Map<String, String> environment = Map.of("HOME", folder.toString());
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> UnpackedApp.of(jar, environment, temporary))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> UnpackedApp.of(jar, Map.of(), temporary))
          .isInstanceOf(IOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(temporary).isEmptyDirectory();
    assertThat(folder.resolve(".cache/vgg16-serving"))
        .isDirectoryNotContaining("glob:**standalone*");
  }

  @Test
  void unpacksAgainWhatIsMissingOrCut() throws IOException {
    Map<String, String> environment = Map.of("HOME", folder.toString());
    Path jar = jar("app/lib/a.jar", "first");
    Path library = UnpackedApp.of(jar, environment).folder().resolve("lib/a.jar");
    Files.delete(library);
    UnpackedApp.of(jar, environment);
    assertThat(library).hasContent("first");
    Files.writeString(library, "fir");
    UnpackedApp.of(jar, environment);
    assertThat(library).hasContent("first");
  }

  private Path jar(String entry, String content) throws IOException {
    Path jar = Files.createTempFile(folder, "test", ".jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("Main.class"));
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }
}
