package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.vgg16.head.registry.FolderSync.Listener.Change;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.inference.onnx.OpenModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A folder of heads that fails and changes under a {@link FolderSync}, and what it logs. */
abstract class WatchedHeads {

  static final int SCANS = 5;

  @TempDir Path temp;
  final List<Change> changes = new ArrayList<>();
  final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(FolderSync.class);
  final FailingTree tree = new FailingTree();
  Path folder;
  CopiedHeads heads;
  FolderSync sync;
  List<Head> before;

  @BeforeEach
  void load() throws IOException {
    log.start();
    logger.addAppender(log);
    folder = Files.createDirectory(temp.resolve("heads"));
    heads = CopiedHeads.into(folder);
    sync =
        FolderSync.load(
            new HeadFolder(folder, tree), Optional.of("three"), new OpenModels(), changes::add);
    before = sync.registry().all();
  }

  @AfterEach
  void close() {
    logger.detachAppender(log);
    sync.registry().close();
  }

  final void scan(int times) {
    for (int i = 0; i < times; i++) {
      sync.scan();
    }
  }

  final void assertUntouched(int unbacked) {
    assertThat(sync.registry().all()).isEqualTo(before);
    assertThat(changes).isEmpty();
    assertThat(sync.unbacked()).isEqualTo(unbacked);
  }

  final List<String> ids() {
    return sync.registry().all().stream().map(head -> head.manifest().id()).toList();
  }

  final List<String> lines() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
