package dev.vgg16.commandline.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLinksTest {

  @TempDir private Path folder;

  @Test
  void librariesAreFoundWithoutTheirVersions() throws IOException {
    library("libopencv_core.so.413");
    library("libopencv_core.413.dylib");
    library("libonnxruntime.so");
    NativeLinks.create(folder);
    assertThat(folder.resolve("libopencv_core.so")).hasContent("libopencv_core.so.413");
    assertThat(folder.resolve("libopencv_core.dylib")).hasContent("libopencv_core.413.dylib");
    assertThat(folder.resolve("libonnxruntime.so")).isRegularFile().hasContent("libonnxruntime.so");
  }

  @Test
  void aRenamedLibraryIsFoundWithoutItsVersionToo() throws IOException {
    library("libopenblas.so.0");
    NativeLinks.create(folder);
    for (String link :
        new String[] {"libopenblas.so", "libopenblas_nolapack.so.0", "libopenblas_nolapack.so"}) {
      assertThat(folder.resolve(link)).isSymbolicLink().hasContent("libopenblas.so.0");
    }
  }

  @Test
  void aFolderWithoutALinkIsNotWhole() throws IOException {
    library("libopencv_core.so.413");
    assertThat(NativeLinks.exist(folder)).isFalse();
    NativeLinks.create(folder);
    assertThat(NativeLinks.exist(folder)).isTrue();
    Files.delete(folder.resolve("libopencv_core.so.413"));
    library("libopencv_imgproc.so.413");
    assertThat(NativeLinks.exist(folder)).isFalse();
  }

  /** As a jar makes of a link: a file with the other's name, or its content. */
  @Test
  void aFileInThePlaceOfALinkIsNoLink() throws IOException {
    library("libopencv_core.so.413");
    Files.writeString(folder.resolve("libopencv_core.so"), "libopencv_core.so.413");
    assertThat(NativeLinks.exist(folder)).isFalse();
    assertThatThrownBy(() -> NativeLinks.create(folder))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void aPlatformWithoutLibrariesHasNoLinks() throws IOException {
    Path missing = folder.resolve("missing");
    NativeLinks.create(missing);
    assertThat(NativeLinks.exist(missing)).isTrue();
    assertThat(missing).doesNotExist();
  }

  private void library(String name) throws IOException {
    Files.writeString(folder.resolve(name), name);
  }
}
