package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.head.registry.FolderSync.Listener.Change;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.errors.ServingException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads that can't be read stay loaded; one line in the log reports it, and one its end. */
class FolderOutageTest extends WatchedHeads {

  static Stream<IOException> failures() {
    return Stream.of(
        new AccessDeniedException("heads"),
        new IOException("Input/output error"),
        new FileSystemException("heads", null, "Stale file handle"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void theWholeFolder(IOException failure) {
    tree.fail(folder, failure);
    scan(SCANS);
    assertUntouched(4);
    assertThat(lines())
        .containsExactly(
            "heads stay as they are: the folder %s can't be read: %s".formatted(folder, failure));
    tree.heal();
    scan(SCANS);
    assertUntouched(0);
    assertThat(lines()).hasSize(2).last().asString().endsWith(" are back");
  }

  @ParameterizedTest
  @ValueSource(strings = {"two", "two/1", "two/1/head.json"})
  void aPartOfIt(String place) throws IOException {
    tree.fail(folder.resolve(place), new AccessDeniedException(place));
    heads.remove("three/1");
    scan(SCANS);
    assertThat(ids()).containsExactly("three@2", "three@10", "two@1");
    assertThat(sync.registry().find("two")).isSameAs(before.get(3));
    assertThat(sync.unbacked()).isEqualTo(1);
    assertThat(sync.refused()).isZero();
    assertThat(lines()).filteredOn(line -> line.contains("can't be read")).hasSize(1);
    tree.heal();
    scan(SCANS);
    assertThat(sync.registry().find("two")).isSameAs(before.get(3));
    assertThat(sync.unbacked()).isZero();
    assertThat(changes).containsExactly(Change.UNLOADED);
    assertThat(lines()).filteredOn(line -> line.endsWith("can be read again")).hasSize(1);
  }

  @Test
  void aPin() throws IOException {
    Path pin = Files.writeString(folder.resolve("three/versions.json"), "{\"default\": 1}");
    scan(2);
    tree.fail(pin, new IOException("Input/output error"));
    scan(SCANS);
    assertThat(sync.registry().find("three").manifest().id()).isEqualTo("three@1");
    assertThat(lines()).filteredOn(line -> line.contains("can't be read")).hasSize(1);
  }

  @Test
  void anEmptyMountPoint() throws IOException {
    Path volume = Files.move(folder, temp.resolve("volume"));
    Files.createDirectory(folder);
    scan(SCANS);
    assertUntouched(4);
    assertThat(lines())
        .containsExactly(
            "heads stay as they are: %s has no heads, as if its volume were not mounted"
                .formatted(folder));
    Files.delete(folder);
    Files.move(volume, folder);
    scan(SCANS);
    assertUntouched(0);
    assertThat(lines()).hasSize(2);
  }

  /**
   * As Kubernetes updates volumes: a link is switched, and all files are new, of the same heads.
   */
  @Test
  void aVolumeWhoseLinkIsSwitched() throws IOException {
    sync.registry().close();
    Path volume = Files.createDirectory(temp.resolve("volume"));
    Files.move(folder, volume.resolve("..2026_01"));
    CopiedHeads.into(Files.createDirectory(volume.resolve("..2026_02")));
    Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026_01"));
    for (String name : List.of("two", "three")) {
      Files.createSymbolicLink(volume.resolve(name), Path.of("..data", name));
    }
    sync =
        FolderSync.load(
            new HeadFolder(volume, tree), Optional.of("three"), new OpenModels(), changes::add);
    assertThat(ids()).hasSize(4);
    Files.delete(volume.resolve("..data"));
    scan(SCANS);
    assertThat(ids()).hasSize(4);
    assertThat(changes).isEmpty();
    Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of("..2026_02"));
    Files.move(
        volume.resolve("..data_tmp"), volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    scan(SCANS);
    assertThat(ids()).hasSize(4);
    assertThat(changes).isEmpty();
    assertThat(sync.unbacked()).isZero();
    assertThat(lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("as if its volume were not mounted"),
            line -> assertThat(line).endsWith("are back"));
  }

  @Test
  void foldersThatAreNoHeadsAreNamedOnce() throws IOException {
    Files.createDirectories(folder.resolve("lost+found/1"));
    Files.createDirectories(folder.resolve("two/latest"));
    tree.fail(folder.resolve("lost+found"), new AccessDeniedException("lost+found"));
    for (String hidden : List.of(".git", "..2026_data", ".snapshot", "@eaDir", "two/@eaDir")) {
      Files.createDirectories(folder.resolve(hidden).resolve("1"));
      tree.fail(folder.resolve(hidden), new AccessDeniedException(hidden));
    }
    scan(SCANS);
    assertUntouched(0);
    assertThat(lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).contains("lost+found is ignored: "),
            line ->
                assertThat(line)
                    .endsWith(
                        "two/latest is ignored: a version's folder is a whole number above 0"));
  }

  /** Its files are listed and can't be read: the load is retried, and logged once. */
  @Test
  void aVersionWhoseFilesFailWhenTheyAreRead() throws IOException {
    Path version = Files.createDirectory(folder.resolve("two/2"));
    Path manifest = Files.createSymbolicLink(version.resolve("head.json"), Path.of("head.json"));
    tree.pretendToSee(manifest);
    scan(SCANS);
    assertUntouched(0);
    assertThat(lines()).singleElement().asString().contains("two/2/head.json can't be read: ");
    assertThat(sync.refused()).isEqualTo(1);
    Files.delete(manifest);
    Files.delete(version);
    tree.heal();
    heads.add("two/1", "two/2");
    scan(SCANS);
    assertThat(sync.registry().find("two").manifest().id()).isEqualTo("two@2");
  }

  @Test
  void onDemandItIsUnavailable() {
    tree.fail(folder.resolve("two"), new IOException("Input/output error"));
    assertThatThrownBy(() -> sync.load("two", Optional.empty()))
        .isInstanceOfSatisfying(
            ServingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessage("the folder of two can't be read");
    tree.fail(folder, new IOException("Input/output error"));
    assertThatThrownBy(() -> sync.load("three", Optional.of(1)))
        .isInstanceOfSatisfying(
            ServingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("Input/output error");
  }
}
