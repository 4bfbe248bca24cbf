package dev.vgg16.security;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files anew when they change. It asks every so often and does not wait to be told, because
 * mounted secrets tell of nothing. What can't be used is refused with one line in the log, and what
 * was read before goes on. Thread-safe.
 */
public final class FileReloader implements FileLoader, AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(FileReloader.class);

  private final List<Watched> all = new ArrayList<>();
  private final ScheduledExecutorService timer;

  private static final class Watched {
    final List<Path> files;
    final Load load;
    List<String> seen = List.of();
    String complaint = "";

    Watched(List<Path> files, Load load) {
      this.files = files;
      this.load = load;
    }
  }

  /**
   * @param every how often to look
   */
  public FileReloader(Duration every) {
    this();
    var unused =
        timer.scheduleWithFixedDelay(
            this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For tests, which call {@link #look} themselves. */
  FileReloader() {
    timer =
        Executors.newSingleThreadScheduledExecutor(
            new ThreadFactoryBuilder().setNameFormat("security-files").setDaemon(true).build());
  }

  @Override
  public synchronized void add(List<Path> files, Load load) {
    Watched watched = new Watched(files, load);
    watched.seen = stamps(files);
    load.load();
    all.add(watched);
  }

  @Override
  public void warn(String line) {
    logger.warn("{}", line);
  }

  /** Looks whether a file has changed. */
  synchronized void look() {
    for (Watched watched : all) {
      List<String> now = stamps(watched.files);
      if (!now.equals(watched.seen) && load(watched)) {
        watched.seen = now;
      }
      watched.load.looked();
    }
  }

  /** Returns whether they could be used. If not, the next look tries again: it may be a right. */
  private static boolean load(Watched watched) {
    try {
      watched.load.load();
      watched.complaint = "";
      logger.info("read again: {}", watched.files);
      return true;
    } catch (RuntimeException e) {
      String complaint =
          e instanceof UnusableFileException ? String.valueOf(e.getMessage()) : e.toString();
      if (!complaint.equals(watched.complaint)) {
        watched.complaint = complaint;
        logger.error("refused, what was read before goes on: {}", complaint);
      }
      return false;
    }
  }

  /** Of a link, what it leads to: mounted secrets are links that are turned round. */
  private static List<String> stamps(List<Path> files) {
    return files.stream().map(FileReloader::stamp).toList();
  }

  private static String stamp(Path file) {
    try {
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      return "%d %s %s".formatted(is.size(), is.lastModifiedTime(), is.fileKey());
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
