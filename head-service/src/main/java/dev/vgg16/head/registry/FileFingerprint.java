package dev.vgg16.head.registry;

import com.google.common.collect.Sets;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Attributes of files that show a change without reading them. A file that is rewritten in place,
 * with the same size and its old time of modification set again, has another time of change.
 *
 * <p>Devices, inodes and times of change tell more than contents: they are others once a volume is
 * mounted anew, and on some file systems (FUSE, object stores) at every scan. So what must be the
 * same for a folder to count as written is {@link #looksLike}, without them.
 *
 * <p>Hidden files are left out: editors and mounted volumes keep theirs in the same folders.
 */
record FileFingerprint(List<Entry> files) {

  /**
   * One file.
   *
   * @param status empty when it vanished during the scan
   */
  record Entry(String name, Optional<FileTree.Status> status) {}

  FileFingerprint {
    files = List.copyOf(files);
  }

  /**
   * @throws IOException when the file is gone, or can't be examined
   */
  static FileFingerprint ofFile(FileTree tree, Path file) throws IOException {
    return new FileFingerprint(
        List.of(new Entry(file.getFileName().toString(), Optional.of(tree.status(file)))));
  }

  /**
   * Of the files in a folder, not of those in folders in it.
   *
   * @throws IOException when the folder is gone, or it or a file in it can't be examined
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

  /** Whether the files have the same names, sizes and times of modification. */
  boolean looksLike(FileFingerprint other) {
    return changedSince(other).isEmpty();
  }

  /** The first file whose name, size or time of modification is another, if there is one. */
  Optional<String> changedSince(FileFingerprint before) {
    return Sets.symmetricDifference(withoutIdentities(), before.withoutIdentities()).stream()
        .map(Entry::name)
        .sorted()
        .findFirst();
  }

  private Set<Entry> withoutIdentities() {
    return files.stream()
        .map(entry -> new Entry(entry.name(), entry.status().map(FileTree.Status::withoutIdentity)))
        .collect(Collectors.toSet());
  }

  /**
   * Whether these files are others than the ones before, as they also are in the last scan: seen
   * once, a difference that {@link #looksLike} does not see may be one of every scan.
   */
  boolean isChange(FileFingerprint before, FileFingerprint last) {
    return !looksLike(before) || (equals(last) && !equals(before));
  }

  private static Optional<FileTree.Status> statusOf(FileTree tree, Path file) throws IOException {
    try {
      return Optional.of(tree.status(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
