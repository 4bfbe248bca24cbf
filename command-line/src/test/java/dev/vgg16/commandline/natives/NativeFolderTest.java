package dev.vgg16.commandline.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFolderTest {

  @TempDir private Path folder;

  @Test
  void fillsAFolderOnce() throws IOException {
    NativeFolder natives = new NativeFolder(folder.resolve("native"));
    Path first = natives.of("one", empty -> Files.writeString(empty.resolve("lib.so"), "first"));
    Path second = natives.of("one", empty -> Files.writeString(empty.resolve("lib.so"), "second"));
    assertThat(second).isEqualTo(first).isEqualTo(folder.resolve("native/one"));
    assertThat(first.resolve("lib.so")).hasContent("first");
  }

  /** As a process that was killed in the middle leaves it. */
  @Test
  void removesTheUnfinishedFolderOfAKilledProcess() throws IOException {
    Path unfinished = Files.createDirectories(folder.resolve(".unfinished/deeper"));
    Files.writeString(unfinished.resolve("lib.so"), "half");
    Path filled =
        new NativeFolder(folder)
            .of("one", empty -> Files.writeString(empty.resolve("lib.so"), "whole"));
    assertThat(filled.resolve("lib.so")).hasContent("whole");
    assertThat(folder.resolve(".unfinished")).doesNotExist();
    assertThat(filled.resolve("deeper")).doesNotExist();
  }

  @Test
  void removesAnUnfinishedFolderOnFailure() throws IOException {
    NativeFolder natives = new NativeFolder(folder);
    assertThatThrownBy(
            () ->
                natives.of(
                    "one",
                    empty -> {
                      Files.writeString(empty.resolve("lib.so"), "half");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(folder.resolve("one")).doesNotExist();
    assertThat(folder.resolve(".unfinished")).doesNotExist();
    assertThat(natives.of("one", empty -> {})).isEmptyDirectory();
  }

  @Test
  void keepsACacheFromOtherUsers() throws IOException {
    Path cache = folder.resolve("cache/vgg16-serving");
    Path filled = NativeFolder.ownerOnly(cache).of("one", empty -> {});
    assertThat(filled).isEmptyDirectory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
        .isEqualTo("rwx------");
  }

  /** Whoever can write to it can put other code there. */
  @Test
  void refusesACacheThatOthersCanWriteTo() throws IOException {
    for (String permissions : List.of("rwxrwx---", "rwx---rwx")) {
      Path cache = Files.createDirectories(folder.resolve("vgg16-serving"));
      Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString(permissions));
      assertThatThrownBy(() -> NativeFolder.ownerOnly(cache))
          .isInstanceOf(IOException.class)
          .hasMessage(cache + ": can be written by other users: chmod go-w, or delete it");
      assertThat(cache).isEmptyDirectory();
    }
  }

  @Test
  void refusesASubfolderThatOthersCanWriteTo() throws IOException {
    NativeFolder cache = NativeFolder.ownerOnly(folder.resolve("vgg16-serving"));
    Path filled = cache.of("one", empty -> {});
    Files.setPosixFilePermissions(filled, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertThatThrownBy(() -> cache.of("one", empty -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(filled + ": can be written by other users");
  }

  @Test
  void refusesTheFolderOfAnotherUser() {
    UserPrincipal other = () -> "other";
    assertThatThrownBy(() -> OwnFolder.require(folder, other))
        .isInstanceOf(IOException.class)
        .hasMessage(folder + ": belongs to another user");
  }

  @Test
  void fillsAFolderAgainThatIsNotWhole() throws IOException {
    NativeFolder natives = new NativeFolder(folder);
    NativeFolder.Filling filling = empty -> Files.writeString(empty.resolve("lib.so"), "lib");
    NativeFolder.Check check = filled -> Files.exists(filled.resolve("lib.so"));
    Path filled = natives.of("one", filling, check);
    Files.move(filled.resolve("lib.so"), filled.resolve("other"));
    assertThat(natives.of("one", filling, check)).isEqualTo(filled);
    assertThat(filled).isDirectoryNotContaining("glob:**/other");
    assertThat(filled.resolve("lib.so")).hasContent("lib");
  }

  @Test
  void describesTheFailure() {
    Path place = Path.of("/somewhere/native");
    assertThat(NativeFolder.describe(place, new IOException("No space left on device")))
        .isEqualTo("/somewhere/native (No space left on device)");
    assertThat(
            NativeFolder.describe(
                place, new java.nio.file.FileSystemException("/x", null, "Read-only file system")))
        .isEqualTo("/somewhere/native (Read-only file system)");
    assertThat(NativeFolder.describe(place, new java.nio.file.AccessDeniedException("/somewhere")))
        .isEqualTo("/somewhere/native (no permission to write there)");
  }
}
