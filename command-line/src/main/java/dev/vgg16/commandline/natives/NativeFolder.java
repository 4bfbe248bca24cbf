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
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder with subfolders of native libraries. A subfolder appears under its name only when it is
 * complete, also if several processes create it at once or one is killed: processes are serialized
 * by a file lock, and a new subfolder is renamed at the end.
 */
public final class NativeFolder {

  private static final String UNFINISHED = ".unfinished";

  private final Path folder;
  private final boolean ownerOnly;

  NativeFolder(Path folder) {
    this(folder, false);
  }

  private NativeFolder(Path folder, boolean ownerOnly) {
    this.folder = folder;
    this.ownerOnly = ownerOnly;
  }

  /** Fills a new folder. */
  public interface Filling {
    void fill(Path empty) throws IOException;
  }

  /** Whether an existing folder still has all that it was filled with. */
  public interface Check {
    boolean isWhole(Path filled) throws IOException;
  }

  /**
   * A folder that is created, if missing, without permissions for other users; so are its
   * subfolders.
   *
   * @throws IOException when it can't be written, is another user's, or can be written by others
   */
  public static NativeFolder ownerOnly(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, OwnFolder.PRIVATE);
    }
    OwnFolder.require(folder);
    return new NativeFolder(folder, true);
  }

  /** The subfolder of this name, which is created and filled if missing. */
  public Path of(String name, Filling filling) throws IOException {
    return of(name, filling, filled -> true);
  }

  /**
   * The subfolder of this name, which is created and filled if it is missing or not whole.
   *
   * @throws IOException when it can't be filled; of an owner-only folder also when the subfolder is
   *     another user's, or can be written by others
   */
  public Path of(String name, Filling filling, Check check) throws IOException {
    Path target = folder.resolve(name);
    if (isWhole(target, check)) {
      return target;
    }
    Files.createDirectories(folder);
    try (FileChannel file =
            FileChannel.open(
                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = file.lock()) {
      if (held.isValid() && !isWhole(target, check)) {
        fill(target, filling);
      }
    }
    return target;
  }

  private boolean isWhole(Path target, Check check) throws IOException {
    if (!Files.isDirectory(target)) {
      return false;
    }
    if (ownerOnly) {
      OwnFolder.require(target);
    }
    return check.isWhole(target);
  }

  /** Called under the lock, so that an unfinished folder is from a process that was killed. */
  private void fill(Path target, Filling filling) throws IOException {
    Path unfinished = folder.resolve(UNFINISHED);
    delete(unfinished);
    try {
      filling.fill(
          ownerOnly
              ? Files.createDirectory(unfinished, OwnFolder.PRIVATE)
              : Files.createDirectory(unfinished));
      delete(target);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
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

  /** The folder and why it can't be filled, for messages. */
  static String describe(Path folder, IOException e) {
    String reason = e.getMessage();
    if (e instanceof AccessDeniedException) {
      reason = "no permission to write there";
    } else if (e instanceof FileSystemException failure && failure.getReason() != null) {
      reason = failure.getReason();
    }
    return "%s (%s)".formatted(folder, reason);
  }
}
