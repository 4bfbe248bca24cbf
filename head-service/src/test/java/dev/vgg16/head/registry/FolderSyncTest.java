package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.vgg16.head.registry.FolderSync.Listener.Change;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadRoute;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.errors.ServingException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class FolderSyncTest {

  @TempDir private Path folder;
  private final List<Change> changes = new ArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(FolderSync.class);
  private CopiedHeads heads;
  private FolderSync sync;

  @BeforeEach
  void load() throws IOException {
    log.start();
    logger.addAppender(log);
    heads = CopiedHeads.into(folder);
    sync =
        FolderSync.load(
            new HeadFolder(folder), Optional.of("three"), new OpenModels(), changes::add);
  }

  @AfterEach
  void close() {
    logger.detachAppender(log);
    sync.registry().close();
  }

  @Test
  void ignoresAnUnchangedFolder() {
    List<Head> before = sync.registry().all();
    scanTwice();
    assertThat(sync.registry().all()).isEqualTo(before);
    assertThat(changes).isEmpty();
  }

  /** At the first scan it may still be written. */
  @Test
  void loadsANewVersionOnceItStaysTheSame() throws IOException {
    heads.add("two/1", "two/2");
    sync.scan();
    assertThat(ids()).doesNotContain("two@2");
    sync.scan();
    assertThat(sync.registry().find("two").manifest().id()).isEqualTo("two@2");
    scanTwice();
    assertThat(changes).containsExactly(Change.LOADED);
  }

  @Test
  void replacesAChangedHead() throws IOException {
    Head old = sync.registry().find("two");
    heads.edit("two/1", "\"yes\"", "\"aye\"");
    scanTwice();
    assertThat(sync.registry().find("two").manifest().labels()).contains("aye");
    assertThat(old.retain()).isFalse();
  }

  @Test
  void closesAReplacedHeadAfterItsLastUse() throws Exception {
    HeadRoute route = sync.registry().acquire("two");
    Head old = route.stable();
    heads.edit("two/1", "\"yes\"", "\"aye\"");
    scanTwice();
    assertThat(sync.registry().find("two")).isNotSameAs(old);
    old.warmUp();
    route.release();
    assertThat(old.retain()).isFalse();
  }

  @Test
  void refusesABrokenHeadOnceAndKeepsTheOldOne() throws IOException {
    Head old = sync.registry().find("two");
    byte[] model = Files.readAllBytes(heads.version("two/1/head.onnx"));
    Files.write(heads.version("two/1/head.onnx"), Arrays.copyOf(model, 40));
    heads.add("two/1", "two/2");
    scanTwice();
    scanTwice();
    assertThat(sync.registry().find("two")).isSameAs(old);
    assertThat(changes).containsExactly(Change.REFUSED, Change.REFUSED);
    assertThat(sync.refused()).isEqualTo(2);
    assertThat(refusals())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("is not the file that its manifest"));
    Files.write(heads.version("two/2/head.onnx"), model);
    scanTwice();
    assertThat(sync.registry().find("two").manifest().id()).isEqualTo("two@2");
    assertThat(sync.refused()).isEqualTo(1);
    heads.remove("two/1");
    scanTwice();
    assertThat(sync.refused()).isZero();
  }

  @Test
  void unloadsAVersionThatIsGone() throws IOException {
    heads.remove("three/10");
    sync.scan();
    assertThat(ids()).contains("three@10");
    sync.scan();
    assertThat(sync.registry().find("three").manifest().id()).isEqualTo("three@2");
    assertThat(changes).containsExactly(Change.UNLOADED);
  }

  @Test
  void keepsTheLastVersionOfTheDefaultHead() throws IOException {
    heads.remove("three/1");
    heads.remove("three/2");
    heads.remove("three/10");
    Files.delete(folder.resolve("three"));
    scanTwice();
    scanTwice();
    assertThat(ids()).containsExactly("three@10", "two@1");
    assertThat(sync.registry().find("").manifest().id()).isEqualTo("three@10");
    assertThat(sync.unbacked()).isEqualTo(1);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.contains("stays loaded"))
        .singleElement()
        .asString()
        .endsWith("three@10 stays loaded: there is no other version of the default head three");
  }

  /** An operator removes it. */
  @Test
  void unloadsAHeadWhoseFolderIsGone() throws IOException {
    heads.remove("two/1");
    Files.delete(folder.resolve("two"));
    scanTwice();
    assertThat(ids()).containsExactly("three@1", "three@2", "three@10");
    assertThat(changes).containsExactly(Change.UNLOADED);
    assertThat(sync.unbacked()).isZero();
  }

  @Test
  void keepsAllHeadsWhenTheFolderIsMissing() throws IOException {
    Files.move(folder, folder.resolveSibling("away"));
    scanTwice();
    scanTwice();
    assertThat(ids()).hasSize(4);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .startsWith("heads stay as they are: there is no folder of heads");
    Files.move(folder.resolveSibling("away"), folder);
    scanTwice();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            log.list.get(0).getFormattedMessage(), "the heads in " + folder + " are back");
    assertThat(changes).isEmpty();
  }

  @Test
  void aNameMeansThePinnedVersion() throws IOException {
    Path pin = folder.resolve("three/versions.json");
    Files.writeString(pin, "{\"default\": 2}");
    scanTwice();
    assertThat(sync.registry().find("three").manifest().id()).isEqualTo("three@2");
    assertThat(sync.registry().isDefaultVersion(sync.registry().find("three@2"))).isTrue();
    Files.writeString(pin, "{\"default\": \"x\"}");
    scanTwice();
    assertThat(sync.registry().find("three").manifest().id()).isEqualTo("three@2");
    Files.writeString(pin, "{\"default\": 77}");
    scanTwice();
    assertThat(sync.registry().find("three").manifest().id()).isEqualTo("three@10");
    Files.delete(pin);
    scanTwice();
    assertThat(sync.registry().find("three").manifest().id()).isEqualTo("three@10");
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("head three: default 2"),
            line ->
                assertThat(line)
                    .startsWith("release refused, the one before holds: ")
                    .endsWith(
                        "three/versions.json: default must be a version, an integer of at least 1"),
            line -> assertThat(line).isEqualTo("head three: default 77"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "head three: versions.json makes version 77 the default, which is not loaded: the highest is"),
            line -> assertThat(line).isEqualTo("head three: default the highest"));
    assertThat(log.list.get(3).getLevel()).isEqualTo(Level.WARN);
  }

  /** With the same size and modification time. */
  @Test
  void noticesAFileThatIsRewrittenInPlace() throws IOException {
    Path manifest = heads.version("two/1/head.json");
    FileTime modified = Files.getLastModifiedTime(manifest);
    FileFingerprintTest.awaitNextTick(manifest, folder.resolve("tick"));
    heads.edit("two/1", "\"yes\"", "\"aye\"");
    Files.setLastModifiedTime(manifest, modified);
    scanTwice();
    assertThat(sync.registry().find("two").manifest().labels()).contains("aye");
  }

  @Test
  void pinsFromTheStart(@TempDir Path other) throws IOException {
    CopiedHeads.into(other);
    Files.writeString(other.resolve("three/versions.json"), "{\"default\": 1}");
    FolderSync pinned =
        FolderSync.load(new HeadFolder(other), Optional.empty(), new OpenModels(), changes::add);
    assertThat(pinned.registry().find("").manifest().id()).isEqualTo("three@1");
    pinned.registry().close();
  }

  @Test
  void loadsOnDemandAndAtOnce() throws IOException {
    heads.add("two/1", "two/2");
    assertThat(sync.load("two", Optional.empty()).manifest().id()).isEqualTo("two@2");
    scanTwice();
    assertThat(changes).containsExactly(Change.LOADED);
    assertThatThrownBy(() -> sync.load("two", Optional.of(3)))
        .isInstanceOfSatisfying(
            ServingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    assertThatThrownBy(() -> sync.load("four", Optional.empty()))
        .hasMessage("there is no folder of a head four");
  }

  @Test
  void reportsWhyAHeadCanNotBeLoaded() throws IOException {
    Head old = sync.registry().find("two");
    heads.edit("two/1", "\"yes\",", "\"yes\", \"maybe\",");
    assertThatThrownBy(() -> sync.load("two", Optional.of(1)))
        .isInstanceOfSatisfying(
            ServingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISMATCH))
        .hasMessageContaining("a score for each label");
    scanTwice();
    assertThat(sync.registry().find("two")).isSameAs(old);
    assertThat(changes).containsExactly(Change.REFUSED);
  }

  @Test
  void aHeadUnloadedOnDemandStaysUnloadedUntilItChanges() throws IOException {
    sync.unload("two", 1);
    scanTwice();
    assertThat(ids()).doesNotContain("two@1");
    heads.edit("two/1", "\"yes\"", "\"aye\"");
    scanTwice();
    assertThat(ids()).contains("two@1");
  }

  @Test
  void unloadsOnlyLoadedHeads() {
    assertThatThrownBy(() -> sync.unload("two", 2))
        .hasMessage("the head two has no version 2; it has 1");
    sync.unload("three", 1);
    sync.unload("three", 2);
    assertThatThrownBy(() -> sync.unload("three", 10))
        .isInstanceOfSatisfying(
            ServingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISMATCH))
        .hasMessage("three@10 is the last version of the default head, which must stay");
  }

  private void scanTwice() {
    sync.scan();
    sync.scan();
  }

  private List<String> ids() {
    return sync.registry().all().stream().map(head -> head.manifest().id()).toList();
  }

  private List<String> refusals() {
    return log.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith("head refused: "))
        .toList();
  }
}
