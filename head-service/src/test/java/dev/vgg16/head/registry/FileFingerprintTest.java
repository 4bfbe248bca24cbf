package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFingerprintTest {

  @TempDir private Path folder;
  private Path file;
  private FileFingerprint before;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("head.json"), "first");
    before = fingerprint();
  }

  /** Returns once new files have a later time than this one; {@code probe} is deleted. */
  static void awaitNextTick(Path file, Path probe) throws IOException {
    FileTime time = (FileTime) Files.getAttribute(file, "unix:ctime");
    do {
      Files.writeString(probe, "tick");
    } while (((FileTime) Files.getAttribute(probe, "unix:ctime")).compareTo(time) <= 0);
    Files.delete(probe);
  }

  private FileFingerprint fingerprint() throws IOException {
    return FileFingerprint.ofFolder(FileTree.DISK, folder);
  }

  @Test
  void staysTheSameWhileNothingChanges() throws IOException {
    assertThat(Files.readString(file)).isEqualTo("first");
    assertThat(fingerprint()).isEqualTo(before);
  }

  @Test
  void changesWithAFileThatIsRewrittenInPlace() throws IOException {
    FileTime modified = Files.getLastModifiedTime(file);
    awaitNextTick(file, folder.resolveSibling(folder.getFileName() + ".tick"));
    Files.writeString(file, "other");
    Files.setLastModifiedTime(file, modified);
    assertThat(fingerprint()).isNotEqualTo(before);
  }

  @Test
  void changesWithAFileThatIsReplaced() throws IOException {
    Path other = Files.writeString(folder.resolve(".new"), "other");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    assertThat(fingerprint()).isNotEqualTo(before);
  }

  @Test
  void changesWithAnAddedOrRemovedFile() throws IOException {
    Files.writeString(folder.resolve("explain.onnx"), "");
    assertThat(fingerprint()).isNotEqualTo(before);
    Files.delete(folder.resolve("explain.onnx"));
    Files.delete(file);
    assertThat(fingerprint()).isNotEqualTo(before);
  }

  /** Editors, network file systems and mounted volumes create them. */
  @Test
  void hiddenFilesDoNotCount() throws IOException {
    Files.writeString(folder.resolve(".head.json.swp"), "");
    Files.createDirectory(folder.resolve("@eaDir"));
    Files.createSymbolicLink(folder.resolve(".#head.json"), Path.of("nobody@nowhere"));
    assertThat(fingerprint()).isEqualTo(before);
  }

  @Test
  void aLinkCountsAsItsTarget() throws IOException {
    Path target = Files.writeString(folder.resolve(".a"), "a");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of(".a"));
    FileFingerprint withLink = fingerprint();
    Files.writeString(target, "longer");
    assertThat(fingerprint()).isNotEqualTo(withLink);
    Files.delete(target);
    assertThatThrownBy(this::fingerprint)
        .isInstanceOf(FileSystemException.class)
        .isNotInstanceOf(NoSuchFileException.class)
        .hasMessage(link + ": a link that leads nowhere");
  }

  @Test
  void aMissingFileIsNotAnUnreadableOne() {
    assertThatThrownBy(() -> FileFingerprint.ofFolder(FileTree.DISK, folder.resolve("gone")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> FileFingerprint.ofFile(FileTree.DISK, file.resolve("in a file")))
        .isInstanceOf(FileSystemException.class)
        .isNotInstanceOf(NoSuchFileException.class);
  }
}
