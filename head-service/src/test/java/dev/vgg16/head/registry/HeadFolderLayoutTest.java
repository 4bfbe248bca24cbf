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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The contents of a folder of heads. */
class HeadFolderLayoutTest {

  private static final Path OPEN_HEADS = Path.of("src", "test", "resources", "open-heads");

  @TempDir private Path folder;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(InitialLoad.class);

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  /** Mounted volumes are links, with hidden folders behind them. */
  @Test
  void followsLinksAndIgnoresHiddenFolders() throws IOException {
    copyTwo();
    Path target = folder.resolve("two");
    Path real = Files.createDirectory(folder.resolve("real"));
    Files.createSymbolicLink(real.resolve("two"), target);
    Files.createSymbolicLink(real.resolve("..data"), target);
    Files.createSymbolicLink(folder.resolve("heads"), real);
    assertThat(loaded(folder.resolve("heads"))).containsExactly("two@1");
    assertThat(refusals()).isEmpty();
  }

  @Test
  void ignoresOtherFilesAndRefusesAFolderWithoutAManifest() throws IOException {
    copyTwo();
    Files.writeString(folder.resolve("README.md"), "heads");
    Files.writeString(folder.resolve("two/notes.txt"), "good");
    Files.createDirectory(folder.resolve("two/2"));
    Files.createDirectory(folder.resolve("two/3"));
    Files.writeString(folder.resolve("two/3/notes.txt"), "good");
    assertThat(loaded(folder)).containsExactly("two@1");
    assertThat(refusals())
        .satisfiesExactly(
            line -> assertThat(line).contains("two/3/head.json can't be read"),
            line -> assertThat(line).endsWith("two/2: it is empty"));
  }

  @Test
  void loadsAModelThatLeavesItsNumberOfClassesOpen() {
    assertThat(loaded(OPEN_HEADS)).containsExactly("open@1");
  }

  /** Only a run detects that. */
  @Test
  void refusesAModelThatTurnsOutToHaveOtherClasses() throws IOException {
    copyTwo();
    copy(OPEN_HEADS.resolve("open/1"), folder.resolve("open/1"));
    edit("open", "\"left\",", "\"left\", \"middle\",");
    assertThat(loaded(folder)).containsExactly("two@1");
    assertThat(refusals()).singleElement().asString().contains("open/1").hasLineCount(1);
  }

  @Test
  void refusesHugeNumbers() throws IOException {
    copyTwo();
    copy(TinyHeads.FOLDER.resolve("two/1"), folder.resolve("three/1"));
    edit("three", "\"name\": \"two\"", "\"name\": \"three\"");
    edit(
        "three",
        "\"parameters\": 14",
        "\"parameters\": 14, \"layers\": [{\"name\": \"d\", \"type\": \"Dense\", "
            + "\"output_shape\": [99999999999], \"parameters\": 1}]");
    assertThat(loaded(folder)).containsExactly("two@1");
    assertThat(refusals()).singleElement().asString().contains("three/1");
  }

  @Test
  void isNoFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("can't be read");
  }

  private void copyTwo() throws IOException {
    copy(TinyHeads.FOLDER.resolve("two/1"), folder.resolve("two/1"));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (String file : List.of("head.json", "head.onnx")) {
      Files.copy(from.resolve(file), to.resolve(file));
    }
  }

  private void edit(String head, String was, String becomes) throws IOException {
    Path manifest = folder.resolve(head).resolve("1/head.json");
    String text = Files.readString(manifest);
    assertThat(text).contains(was);
    Files.writeString(manifest, text.replace(was, becomes));
  }

  private static List<String> loaded(Path folder) {
    List<Head> heads = load(folder);
    heads.forEach(Head::close);
    return heads.stream().map(head -> head.manifest().id()).toList();
  }

  private List<String> refusals() {
    return log.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith("head refused: "))
        .toList();
  }

  private static List<Head> load(Path folder) {
    return FolderSync.load(
            new HeadFolder(folder), Optional.empty(), new OpenModels(), FolderSync.Listener.NONE)
        .registry()
        .all();
  }
}
