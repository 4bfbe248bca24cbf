package dev.vgg16.head.registry;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.head.registry.FolderSync.Listener.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files whose metadata changes without their contents, and files that never stay the same. */
class UnsteadyFilesTest extends WatchedHeads {

  /** Inodes, devices and times of change that differ at each scan, as of some FUSE mounts. */
  @Test
  void aFileSystemWithoutStableIdentities() throws IOException {
    tree.forgetIdentities();
    scan(SCANS);
    assertUntouched(0);
    heads.add("two/1", "two/2");
    Files.writeString(folder.resolve("three/versions.json"), "{\"default\": 1}");
    scan(SCANS);
    assertThat(sync.registry().find("two").manifest().id()).isEqualTo("two@2");
    assertThat(sync.registry().find("three").manifest().id()).isEqualTo("three@1");
    heads.edit("two/2", "\"yes\"", "\"yeah\"");
    scan(SCANS);
    assertThat(sync.registry().find("two").manifest().labels()).contains("yeah");
    assertThat(changes).containsExactly(Change.LOADED, Change.LOADED);
    assertThat(lines()).containsExactly("head three: default 1");
  }

  @Test
  void aFileThatNeverStaysTheSameIsNamed() throws IOException {
    heads.add("two/1", "two/2");
    Path model = folder.resolve("two/2/head.onnx");
    for (int scan = 0; scan < 50; scan++) {
      Files.setLastModifiedTime(model, FileTime.fromMillis(1000L * scan));
      scan(1);
    }
    assertUntouched(0);
    assertThat(lines())
        .containsExactly(
            "%s is not loaded as it is: head.onnx changes from scan to scan, and may still be written"
                .formatted(folder.resolve("two/2")));
    scan(SCANS);
    assertThat(sync.registry().find("two").manifest().id()).isEqualTo("two@2");
  }

  /** As with `touch`, or when files are copied back over themselves. */
  @Test
  void newTimesAloneLoadNothing() throws IOException {
    for (String version : List.of("two/1", "three/2")) {
      Path manifest = heads.version(version + "/head.json");
      Files.setLastModifiedTime(manifest, FileTime.fromMillis(1_000_000_000_000L));
      Path model = heads.version(version + "/head.onnx");
      Files.move(Files.copy(model, folder.resolve("copy")), model, REPLACE_EXISTING);
    }
    Files.writeString(folder.resolve("three/1/notes.txt"), "good");
    scan(SCANS);
    assertUntouched(0);
    assertThat(lines()).isEmpty();
  }

  /** The loaded file is no longer in the folder, though the size is the same. */
  @Test
  void refusesAModelThatIsOverwrittenInPlace() throws IOException {
    Path model = heads.version("two/1/head.onnx");
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2]++;
    Files.write(model, bytes);
    scan(SCANS);
    assertThat(sync.registry().all()).isEqualTo(before);
    assertThat(changes).containsExactly(Change.REFUSED);
    assertThat(lines()).singleElement().asString().contains("is not the file that its manifest");
  }
}
