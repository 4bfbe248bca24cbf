package dev.vgg16.head.registry;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * By which a change of files is seen without reading them. A file that is rewritten in place, with
 * the same size and its old time set again, still has another time of change.
 *
 * <p>Hidden files don't count: editors and mounted volumes keep their own beside ours.
 */
record FileFingerprint(List<Entry> files) {

  /**
   * One file.
   *
   * @param status empty when it vanished during the look
   */
  record Entry(String name, Optional<FileTree.Status> status) {}

  FileFingerprint {
    files = List.copyOf(files);
  }

  /**
   * @throws IOException when the file is gone, or can't be looked at
   */
  static FileFingerprint ofFile(FileTree tree, Path file) throws IOException {
    return new FileFingerprint(
        List.of(new Entry(file.getFileName().toString(), Optional.of(tree.status(file)))));
  }

  /**
   * Of the files in a folder, not of those in folders in it.
   *
   * @throws IOException when the folder is gone, or it or a file in it can't be looked at
   */
  static FileFingerprint ofFolder(FileTree tree, Path folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path file : tree.list(folder)) {
      String name = file.getFileName().toString();
      if (!HeadFolder.isHidden(name)) {
        entries.add(new Entry(name, statusOf(tree, file)));
      }
    }
    return new FileFingerprint(entries);
  }

  private static Optional<FileTree.Status> statusOf(FileTree tree, Path file) throws IOException {
    try {
      return Optional.of(tree.status(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
