package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * By which a change of files is seen without reading them: for each its name, size, time of change
 * and identity. Links count as what they lead to.
 */
record Stamp(List<Seen> files) {

  /** What is seen of one file; -1 bytes of one that can't be looked at. */
  record Seen(String name, long bytes, Instant changed, String identity) {

    static Seen nothing(String name) {
      return new Seen(name, -1, Instant.EPOCH, "");
    }
  }

  Stamp {
    files = List.copyOf(files);
  }

  static Stamp ofFile(Path file) {
    return new Stamp(List.of(see(file)));
  }

  /** Of the files in a folder, not of those in folders in it. */
  static Stamp ofFolder(Path folder) {
    List<Seen> seen = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      ImmutableList.sortedCopyOf(files).forEach(file -> seen.add(see(file)));
    } catch (IOException | DirectoryIteratorException e) {
      seen.add(Seen.nothing(""));
    }
    return new Stamp(seen);
  }

  private static Seen see(Path file) {
    String name = file.getFileName().toString();
    try {
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      return new Seen(
          name, is.size(), is.lastModifiedTime().toInstant(), String.valueOf(is.fileKey()));
    } catch (IOException e) {
      return Seen.nothing(name);
    }
  }
}
