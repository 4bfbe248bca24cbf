package dev.vgg16.commandline.natives;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of folders of native libraries. One appears under its name only when it is whole, also
 * where several processes want it at once or one of them is killed: the processes take turns by a
 * lock, and what is unpacked is renamed at the end.
 */
final class NativeFolder {

  private static final String UNFINISHED = ".unfinished";

  private final Path folder;

  NativeFolder(Path folder) {
    this.folder = folder;
  }

  /** What fills a new folder. */
  interface Filling {
    void fill(Path empty) throws IOException;
  }

  /** One that is made, where it is missing, so that no other user can see or change it. */
  static NativeFolder ofThisUserAlone(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return new NativeFolder(folder);
  }

  /** The folder of this name, which is filled where it is not there yet. */
  Path of(String name, Filling filling) throws IOException {
    Path wanted = folder.resolve(name);
    if (Files.isDirectory(wanted)) {
      return wanted;
    }
    Files.createDirectories(folder);
    try (FileChannel file =
            FileChannel.open(
                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = file.lock()) {
      if (held.isValid() && !Files.isDirectory(wanted)) {
        fill(wanted, filling);
      }
    }
    return wanted;
  }

  /** Under the lock: whatever is unfinished is of a process that is gone. */
  private void fill(Path wanted, Filling filling) throws IOException {
    Path unfinished = folder.resolve(UNFINISHED);
    delete(unfinished);
    try {
      filling.fill(Files.createDirectory(unfinished));
      Files.move(unfinished, wanted, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(unfinished);
      throw e;
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(folder)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  /** The folder and why it can't be filled, in words. */
  static String why(Path folder, IOException e) {
    String reason = e.getMessage();
    if (e instanceof AccessDeniedException) {
      reason = "no permission to write there";
    } else if (e instanceof FileSystemException failure && failure.getReason() != null) {
      reason = failure.getReason();
    }
    return "%s (%s)".formatted(folder, reason);
  }
}
