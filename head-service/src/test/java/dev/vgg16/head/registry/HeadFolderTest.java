package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.OpenModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class HeadFolderTest {

  @TempDir private Path folder;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(InitialLoad.class);

  @BeforeEach
  void copyHeads() throws IOException {
    log.start();
    logger.addAppender(log);
    try (Stream<Path> files = Files.walk(TinyHeads.FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(TinyHeads.FOLDER.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"tiny\"|\"tiny|is not JSON",
        "\"labels\"|\"label\"|labels is missing",
        "\"yes\"|\"no\"|labels must be at least one label, each of them once",
        "\"yes\",|\"yes\", \"maybe\",|its output must be [N, 3], a score for each label",
        "head.onnx|../../three/1/head.onnx|file must be the name of a file beside the manifest",
        "\"version\": 1|\"version\": 2|says that it is two@2, which must lie in a folder two/2",
        "\"two\"|\"Two\"|name must match",
        "\"sha256\": \"|\"sha256\": \"0|sha256 must be a SHA-256",
        "\"head.onnx\"|\"gone.onnx\"|gone.onnx can't be read",
        "\"file\"|\"pooling\": \"max\", \"file\"|pooling must be \"average\", or left out",
        "\"file\"|\"pooling\": \"average\", \"file\"|must leave height and width open",
        "\"file\"|\"input\": {\"shape\": [6]}, \"file\"|input.shape must be [height, width, channels]",
        "\"file\"|\"input\": {\"shape\": [2, 1, 3]}, \"file\"|its maps are of [1, 2, 3], and head.json says input.shape [2, 1, 3]",
      })
  void refusesABrokenHeadAndLoadsTheOthers(String was, String becomes, String reason)
      throws IOException {
    Path manifest = folder.resolve("two/1/head.json");
    String text = Files.readString(manifest);
    assertThat(text).contains(was);
    Files.writeString(manifest, text.replace(was, becomes));
    assertOnlyThreesAreLoaded(reason);
  }

  @Test
  void refusesAModelOfAnotherDigest() throws IOException {
    Files.copy(
        folder.resolve("three/1/head.onnx"),
        folder.resolve("two/1/head.onnx"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertOnlyThreesAreLoaded("is not the file that its manifest describes");
  }

  @Test
  void refusesAModelThatOnnxRuntimeCanNotRead() throws Exception {
    byte[] cut = java.util.Arrays.copyOf(Files.readAllBytes(folder.resolve("two/1/head.onnx")), 50);
    Files.write(folder.resolve("two/1/head.onnx"), cut);
    String digest = com.google.common.hash.Hashing.sha256().hashBytes(cut).toString();
    Path manifest = folder.resolve("two/1/head.json");
    Files.writeString(manifest, Files.readString(manifest).replaceFirst("[0-9a-f]{64}", digest));
    assertOnlyThreesAreLoaded("can't be loaded: it is no ONNX model");
  }

  @Test
  void saysWhenThereIsNothingToLoad(@TempDir Path empty) {
    assertThatThrownBy(() -> load(empty))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("has no heads: expected NAME/VERSION/head.json");
    assertThatThrownBy(() -> load(empty.resolve("gone")))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("there is no folder of heads ");
  }

  private void assertOnlyThreesAreLoaded(String reason) {
    List<Head> heads = load(folder);
    assertThat(heads)
        .extracting(head -> head.manifest().id())
        .containsExactlyInAnyOrder("three@1", "three@2", "three@10");
    heads.forEach(Head::close);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.startsWith("head refused: "))
        .singleElement()
        .asString()
        .contains(reason)
        .hasLineCount(1);
  }

  private static List<Head> load(Path folder) {
    return FolderSync.load(
            new HeadFolder(folder), Optional.empty(), new OpenModels(), FolderSync.Listener.NONE)
        .registry()
        .all();
  }
}
