package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.head.scoring.Head;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.OpenModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A replica does not start with another version than the running ones serve. */
class InitialLoadTest {

  @TempDir private Path folder;
  private final FailingTree tree = new FailingTree();
  private CopiedHeads heads;
  private Path pin;

  @BeforeEach
  void copy() throws IOException {
    heads = CopiedHeads.into(folder);
    pin = folder.resolve("three/versions.json");
  }

  private FolderSync load() {
    return FolderSync.load(
        new HeadFolder(folder, tree), Optional.empty(), new OpenModels(), FolderSync.Listener.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{|is not JSON",
        "|must be a JSON object",
        "{\"defualt\": 1}|defualt is unknown",
        "{\"default\": \"1\"}|default must be a version, an integer of at least 1"
      })
  void aBrokenPin(String text, String reason) throws IOException {
    Files.writeString(pin, text == null ? "" : text);
    assertThatThrownBy(this::load)
        .isInstanceOf(ManifestException.class)
        .hasMessageStartingWith(pin.toString())
        .hasMessageContaining(reason);
  }

  @Test
  void aPinThatCanNotBeRead() throws IOException {
    Files.writeString(pin, "{\"default\": 1}");
    tree.fail(pin, new IOException("Input/output error"));
    assertThatThrownBy(this::load)
        .isInstanceOf(ManifestException.class)
        .hasMessage(pin + " can't be read: java.io.IOException: Input/output error");
  }

  @Test
  void aPinnedVersionThatIsBroken() throws IOException {
    Files.writeString(pin, "{\"default\": 2}");
    heads.edit("three/2", "\"b\",", "");
    assertThatThrownBy(this::load)
        .isInstanceOf(ManifestException.class)
        .hasMessage(pin + " makes version 2 the default, which can't be used; the log says why");
  }

  /** No replica has it. */
  @Test
  void aMissingPinnedVersionMeansTheHighest() throws IOException {
    Files.writeString(pin, "{\"default\": 77}");
    FolderSync sync = load();
    assertThat(sync.registry().find("three").manifest().id()).isEqualTo("three@10");
    // Once it exists, the name means it.
    heads.add("three/10", "three/77");
    heads.add("three/10", "three/78");
    sync.scan();
    sync.scan();
    assertThat(sync.registry().find("three").manifest().id()).isEqualTo("three@77");
    sync.registry().close();
  }

  @Test
  void anUnreadableFolderBesideOthersDoesNotPreventTheStart() {
    tree.fail(folder.resolve("three"), new IOException("Input/output error"));
    FolderSync sync = load();
    assertThat(sync.registry().all()).extracting(InitialLoadTest::id).containsExactly("two@1");
    assertThat(sync.refused()).isEqualTo(1);
    tree.heal();
    sync.scan();
    sync.scan();
    assertThat(sync.refused()).isZero();
    assertThat(sync.registry().all())
        .extracting(InitialLoadTest::id)
        .containsExactly("three@1", "three@2", "three@10", "two@1");
    sync.registry().close();
  }

  @Test
  void countsTheVersionsThatCanNotBeUsed() throws IOException {
    heads.edit("three/2", "\"b\",", "");
    Files.createDirectory(folder.resolve("empty"));
    FolderSync sync = load();
    assertThat(sync.registry().all())
        .extracting(InitialLoadTest::id)
        .containsExactly("three@1", "three@10", "two@1");
    assertThat(sync.refused()).isEqualTo(2);
    sync.registry().close();
  }

  private static String id(Head head) {
    return head.manifest().id();
  }
}
