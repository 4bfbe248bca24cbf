package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.vgg16.head.head.Head;
import dev.vgg16.head.registry.FolderSync.Listener.Change;
import dev.vgg16.serving.fault.ServingException;
import dev.vgg16.serving.fault.ServingException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What can't be seen is not gone: heads go on, with one line in the log for it and one after. */
class FolderOutageTest {

  private static final int LOOKS = 5;

  @TempDir private Path temp;
  private final List<Change> changes = new ArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(FolderSync.class);
  private final FailingTree tree = new FailingTree();
  private Path folder;
  private CopiedHeads heads;
  private FolderSync sync;
  private List<Head> before;

  @BeforeEach
  void load() throws IOException {
    log.start();
    logger.addAppender(log);
    folder = Files.createDirectory(temp.resolve("heads"));
    heads = CopiedHeads.into(folder);
    sync = FolderSync.load(new HeadFolder(folder, tree), Optional.of("three"), changes::add);
    before = sync.registry().all();
  }

  @AfterEach
  void close() {
    logger.detachAppender(log);
    sync.registry().close();
  }

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
    look(LOOKS);
    assertUntouched(4);
    assertThat(lines())
        .containsExactly(
            "heads stay as they are: the folder %s can't be read: %s".formatted(folder, failure));
    tree.heal();
    look(LOOKS);
    assertUntouched(0);
    assertThat(lines()).hasSize(2).last().asString().endsWith(" are back");
  }

  @ParameterizedTest
  @ValueSource(strings = {"two", "two/1", "two/1/head.json"})
  void aPartOfIt(String place) throws IOException {
    tree.fail(folder.resolve(place), new AccessDeniedException(place));
    heads.remove("three/1");
    look(LOOKS);
    assertThat(ids()).containsExactly("three@2", "three@10", "two@1");
    assertThat(sync.registry().find("two")).isSameAs(before.get(3));
    assertThat(sync.unbacked()).isEqualTo(1);
    assertThat(lines()).filteredOn(line -> line.contains("can't be read")).hasSize(1);
    tree.heal();
    look(LOOKS);
    assertThat(sync.registry().find("two")).isSameAs(before.get(3));
    assertThat(sync.unbacked()).isZero();
    assertThat(changes).containsExactly(Change.UNLOADED);
    assertThat(lines()).filteredOn(line -> line.endsWith("can be read again")).hasSize(1);
  }

  @Test
  void aPin() throws IOException {
    Path pin = Files.writeString(folder.resolve("three/versions.json"), "{\"default\": 1}");
    look(2);
    tree.fail(pin, new IOException("Input/output error"));
    look(LOOKS);
    assertThat(sync.registry().find("three").manifest().id()).isEqualTo("three@1");
    assertThat(lines()).filteredOn(line -> line.contains("can't be read")).hasSize(1);
  }

  @Test
  void anEmptyMountPoint() throws IOException {
    Path volume = Files.move(folder, temp.resolve("volume"));
    Files.createDirectory(folder);
    look(LOOKS);
    assertUntouched(4);
    assertThat(lines())
        .containsExactly(
            "heads stay as they are: %s has no heads, as if its volume were not mounted"
                .formatted(folder));
    Files.delete(folder);
    Files.move(volume, folder);
    look(LOOKS);
    assertUntouched(0);
    assertThat(lines()).hasSize(2);
  }

  /** A volume for one head, or for one version: its mount point stays. */
  @ParameterizedTest
  @ValueSource(strings = {"two", "two/1"})
  void anEmptyMountPointOfOneHead(String place) throws IOException {
    Path volume = Files.move(folder.resolve(place), temp.resolve("volume"));
    Files.createDirectory(folder.resolve(place));
    look(LOOKS);
    assertUntouched(1);
    assertThat(lines())
        .containsExactly(
            "heads stay as they are: %s is empty, as if its volume were not mounted"
                .formatted(folder.resolve(place)));
    assertThatThrownBy(() -> sync.load("two", Optional.of(1)))
        .isInstanceOfSatisfying(
            ServingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessage("the folder of two@1 is empty");
    Files.delete(folder.resolve(place));
    Files.move(volume, folder.resolve(place));
    look(LOOKS);
    assertUntouched(0);
    assertThat(lines()).hasSize(2).last().asString().endsWith(place + " has its files again");
  }

  /** Its mount point has gone too: that is a head that was removed. */
  @Test
  void aHeadWhoseEmptyFolderGoesIsUnloaded() throws IOException {
    heads.remove("two/1");
    look(LOOKS);
    assertUntouched(1);
    Files.delete(folder.resolve("two"));
    look(2);
    assertThat(ids()).containsExactly("three@1", "three@2", "three@10");
    assertThat(lines()).hasSize(2).last().isEqualTo("head unloaded: two@1");
  }

  /** As links into a volume that has gone, or a listing that is cut short. */
  @Test
  void severalHeadsThatGoAtOnce() throws IOException {
    heads.add("two/1", "two/2");
    heads.addAs("two/1", "four");
    heads.addAs("two/1", "five");
    look(2);
    before = sync.registry().all();
    changes.clear();
    log.list.clear();
    for (String name : List.of("two", "four")) {
      Files.move(folder.resolve(name), temp.resolve(name));
    }
    look(LOOKS);
    assertUntouched(3);
    assertThat(lines())
        .singleElement()
        .asString()
        .startsWith("heads stay as they are: 2 disappeared from %s at once".formatted(folder))
        .contains(": four, two; unless they return, they are unloaded after 30 looks");
    for (String name : List.of("two", "four")) {
      Files.move(temp.resolve(name), folder.resolve(name));
    }
    look(LOOKS);
    assertUntouched(0);
    assertThat(lines()).hasSize(2).last().asString().endsWith(" at once are back or unloaded");
    Files.move(folder.resolve("two"), temp.resolve("two"));
    Files.move(folder.resolve("five"), temp.resolve("five"));
    look(Absence.LOOKS_FOR_SEVERAL - 1);
    assertUntouched(3);
    look(1);
    assertThat(ids()).containsExactly("four@1", "three@1", "three@2", "three@10");
    assertThat(changes).containsOnly(Change.UNLOADED).hasSize(3);
  }

  /** Inodes, devices and times of change that differ at each look, as of some FUSE mounts. */
  @Test
  void aFileSystemWithoutStableIdentities() throws IOException {
    tree.forgetIdentities();
    look(LOOKS);
    assertUntouched(0);
    heads.add("two/1", "two/2");
    Files.writeString(folder.resolve("three/versions.json"), "{\"default\": 1}");
    look(LOOKS);
    assertThat(sync.registry().find("two").manifest().id()).isEqualTo("two@2");
    assertThat(sync.registry().find("three").manifest().id()).isEqualTo("three@1");
    heads.edit("two/2", "\"yes\"", "\"yeah\"");
    look(LOOKS);
    assertThat(sync.registry().find("two").manifest().labels()).contains("yeah");
    assertThat(changes).containsExactly(Change.LOADED, Change.LOADED);
    assertThat(lines()).containsExactly("head three: version 1 is pinned");
  }

  @Test
  void aFileThatNeverStaysTheSameIsNamed() throws IOException {
    heads.add("two/1", "two/2");
    Path model = folder.resolve("two/2/head.onnx");
    for (int look = 0; look < 50; look++) {
      Files.setLastModifiedTime(model, FileTime.fromMillis(1000L * look));
      look(1);
    }
    assertUntouched(0);
    assertThat(lines())
        .containsExactly(
            "%s is not loaded as it is: head.onnx changes from look to look, and may still be written"
                .formatted(folder.resolve("two/2")));
    look(LOOKS);
    assertThat(sync.registry().find("two").manifest().id()).isEqualTo("two@2");
  }

  /** What has gone during an outage is gone once two looks agree on it, and not at the first. */
  @Test
  void whatIsMissingAfterwardsIsUnloaded() throws IOException {
    tree.fail(folder, new IOException("Input/output error"));
    look(LOOKS);
    heads.remove("three/2");
    tree.heal();
    look(1);
    assertThat(ids()).contains("three@2");
    look(1);
    assertThat(ids()).containsExactly("three@1", "three@10", "two@1");
  }

  /** As Kubernetes lays volumes out and turns them: in one step, all files new, the same heads. */
  @Test
  void aVolumeThatIsTurned() throws IOException {
    sync.registry().close();
    Path volume = Files.createDirectory(temp.resolve("volume"));
    Files.move(folder, volume.resolve("..2026_01"));
    CopiedHeads.into(Files.createDirectory(volume.resolve("..2026_02")));
    Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026_01"));
    for (String name : List.of("two", "three")) {
      Files.createSymbolicLink(volume.resolve(name), Path.of("..data", name));
    }
    sync = FolderSync.load(new HeadFolder(volume, tree), Optional.of("three"), changes::add);
    assertThat(ids()).hasSize(4);
    Files.delete(volume.resolve("..data"));
    look(LOOKS);
    assertThat(ids()).hasSize(4);
    assertThat(changes).isEmpty();
    Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of("..2026_02"));
    Files.move(
        volume.resolve("..data_tmp"), volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    look(LOOKS);
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
    look(LOOKS);
    assertUntouched(0);
    assertThat(lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).contains("lost+found is ignored: "),
            line ->
                assertThat(line)
                    .endsWith(
                        "two/latest is ignored: a version's folder is a whole number above 0"));
  }

  /** Its files are looked at and then can't be read: they are tried again, and said once. */
  @Test
  void aVersionWhoseFilesFailWhenTheyAreRead() throws IOException {
    Path version = Files.createDirectory(folder.resolve("two/2"));
    Path manifest = Files.createSymbolicLink(version.resolve("head.json"), Path.of("head.json"));
    tree.pretendToSee(manifest);
    look(LOOKS);
    assertUntouched(0);
    assertThat(lines()).singleElement().asString().contains("two/2/head.json can't be read: ");
    Files.delete(manifest);
    Files.delete(version);
    tree.heal();
    heads.add("two/1", "two/2");
    look(LOOKS);
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

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      sync.look();
    }
  }

  private void assertUntouched(int unbacked) {
    assertThat(sync.registry().all()).isEqualTo(before);
    assertThat(changes).isEmpty();
    assertThat(sync.unbacked()).isEqualTo(unbacked);
  }

  private List<String> ids() {
    return sync.registry().all().stream().map(head -> head.manifest().id()).toList();
  }

  private List<String> lines() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
