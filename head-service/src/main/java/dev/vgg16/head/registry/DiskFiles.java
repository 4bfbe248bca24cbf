package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;

/** The files of this machine. */
final class DiskFiles implements FileTree {

  @Override
  public List<Path> list(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      return ImmutableList.sortedCopyOf(files);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  @Override
  public Status status(Path file) throws IOException {
    try {
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      Instant modified = is.lastModifiedTime().toInstant();
      return new Status(
          is.isDirectory(),
          is.size(),
          modified,
          changed(file, modified),
          String.valueOf(is.fileKey()));
    } catch (NoSuchFileException e) {
      if (Files.isSymbolicLink(file)) {
        throw new FileSystemException(file.toString(), null, "a link that leads nowhere");
      }
      throw e;
    }
  }

  private static Instant changed(Path file, Instant modified) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant()
        : modified;
  }
}
