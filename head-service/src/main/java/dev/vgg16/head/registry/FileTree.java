package dev.vgg16.head.registry;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Access to files. Unlike {@link java.nio.file.Files#isDirectory} and its like it tells files that
 * do not exist from those that can't be examined at the moment.
 */
interface FileTree {

  /** The files of this machine. */
  FileTree DISK = new DiskFiles();

  /**
   * The metadata of a file; of a link, that of its target.
   *
   * @param changed the ctime, which can't be set back. The same as {@code modified} where the file
   *     system has no such time
   * @param identity tells the file from another of the same name
   */
  record Status(boolean folder, long bytes, Instant modified, Instant changed, String identity) {

    Status withoutIdentity() {
      return new Status(folder, bytes, modified, modified, "");
    }
  }

  /**
   * What is in a folder, in order.
   *
   * @throws NoSuchFileException when there is no such folder
   * @throws IOException when it can't be determined
   */
  List<Path> list(Path folder) throws IOException;

  /**
   * @throws NoSuchFileException when there is no such file
   * @throws IOException when it can't be determined; for a link that leads nowhere too, since
   *     somebody keeps it for what it will lead to
   */
  Status status(Path file) throws IOException;
}
