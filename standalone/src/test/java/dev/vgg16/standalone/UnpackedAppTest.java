package dev.vgg16.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedAppTest {

  @TempDir private Path folder;

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
  void refusesAnEntryOutsideTheFolder() throws IOException {
    Path jar = jar("app/../../outside", "text");
    assertThatThrownBy(() -> UnpackedApp.of(jar, Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessage("app/../../outside is not within the folder");
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
