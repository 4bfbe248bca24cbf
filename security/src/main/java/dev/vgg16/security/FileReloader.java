package dev.vgg16.security;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.errorprone.annotations.concurrent.GuardedBy;
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
 * Reloads files when they change. It polls, because file notifications do not work for mounted
 * secrets. A file that can't be used is logged once, and the previous contents stay in use.
 * Thread-safe.
 */
public final class FileReloader implements FileLoader, AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(FileReloader.class);

  @GuardedBy("this")
  private final List<Watched> all = new ArrayList<>();

  private final ScheduledExecutorService timer;

  private static final class Watched {
    final List<Path> files;
    final Load load;
    List<String> loaded = List.of();
    String problem = "";

    Watched(List<Path> files, Load load) {
      this.files = files;
      this.load = load;
    }
  }

  /**
   * @param interval between checks
   */
  public FileReloader(Duration interval) {
    this();
    var unused =
        timer.scheduleWithFixedDelay(
            this::check, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For tests, which call {@link #check} themselves. */
  FileReloader() {
    timer =
        Executors.newSingleThreadScheduledExecutor(
            new ThreadFactoryBuilder().setNameFormat("security-files").setDaemon(true).build());
  }

  @Override
  public synchronized void add(List<Path> files, Load load) {
    Watched watched = new Watched(files, load);
    watched.loaded = fingerprints(files);
    load.load();
    all.add(watched);
  }

  @Override
  public void warn(String line) {
    logger.warn("{}", line);
  }

  /** Reloads the files that have changed. */
  synchronized void check() {
    for (Watched watched : all) {
      List<String> now = fingerprints(watched.files);
      if (!now.equals(watched.loaded) && load(watched)) {
        watched.loaded = now;
      }
      watched.load.checked();
    }
  }

  /**
   * Returns whether they are valid. If not, the next check retries: permissions may have changed.
   */
  private static boolean load(Watched watched) {
    try {
      watched.load.load();
      watched.problem = "";
      logger.info("reloaded: {}", watched.files);
      return true;
    } catch (RuntimeException e) {
      String problem =
          e instanceof UnusableFileException ? String.valueOf(e.getMessage()) : e.toString();
      if (!problem.equals(watched.problem)) {
        watched.problem = problem;
        logger.error("can't reload, the previous contents stay in use: {}", problem);
      }
      return false;
    }
  }

  /** Of the targets of links: mounted secrets are updated by changing a link. */
  private static List<String> fingerprints(List<Path> files) {
    return files.stream().map(FileReloader::fingerprint).toList();
  }

  private static String fingerprint(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return "%d %s %s"
          .formatted(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
