package dev.vgg16.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class FileReloaderTest {

  @TempDir private Path folder;

  private final Logger logger = (Logger) LoggerFactory.getLogger(FileReloader.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final FileReloader reloading = new FileReloader();
  private Path file;
  private String problem;
  private int loads;

  @BeforeEach
  void write() throws IOException {
    log.start();
    logger.addAppender(log);
    file = Certificates.write(folder.resolve("file"), "first");
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    reloading.close();
  }

  private void load() {
    loads++;
    if (problem != null) {
      throw new UnusableFileException(file, problem);
    }
  }

  @Test
  void readsAFileAgainWhenItChanges() throws IOException {
    reloading.add(List.of(file), this::load);
    reloading.check();
    assertThat(loads).isEqualTo(1);
    Certificates.write(file, "second");
    reloading.check();
    reloading.check();
    assertThat(loads).isEqualTo(2);
  }

  @Test
  void anUnusableFileAtTheStartIsThrown() {
    problem = "it is empty";
    assertThatThrownBy(() -> reloading.add(List.of(file), this::load))
        .isInstanceOf(UnusableFileException.class);
  }

  /** Its permissions may have changed, which does not change the fingerprint. */
  @Test
  void retriesAnUnusableFileAndLogsItOnce() throws IOException {
    reloading.add(List.of(file), this::load);
    problem = "this process may not read it";
    Certificates.write(file, "second");
    reloading.check();
    reloading.check();
    reloading.check();
    assertThat(loads).isEqualTo(4);
    assertThat(log.list).hasSize(1);
    problem = null;
    reloading.check();
    reloading.check();
    assertThat(loads).isEqualTo(5);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            line -> assertThat(line).startsWith("can't reload").contains("may not read it"),
            line -> assertThat(line).startsWith("reloaded"));
  }
}
