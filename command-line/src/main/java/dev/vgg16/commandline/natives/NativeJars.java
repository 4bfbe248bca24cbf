package dev.vgg16.commandline.natives;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Jars with native libraries.
 *
 * @param platform whose libraries are copied
 */
record NativeJars(List<Path> jars, Platform platform) {

  /** Copies the platform's libraries into one folder. */
  void copyTo(Path folder) throws IOException {
    for (Path jar : jars) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        for (ZipEntry entry : zip.stream().toArray(ZipEntry[]::new)) {
          if (platform.owns(entry.getName())) {
            copy(zip, entry, folder);
          }
        }
      }
    }
    NativeLinks.create(folder);
  }

  private static void copy(ZipFile zip, ZipEntry entry, Path folder) throws IOException {
    String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
    try (InputStream library = zip.getInputStream(entry)) {
      Files.copy(library, folder.resolve(name));
    }
  }

  /** Deletes the libraries of all platforms from the jars. */
  void removeNatives() throws IOException {
    for (Path jar : jars) {
      try (FileSystem zip = FileSystems.newFileSystem(jar)) {
        for (Path file : nativesIn(zip.getPath("/"))) {
          Files.delete(file);
        }
      }
    }
  }

  private static List<Path> nativesIn(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(Files::isRegularFile)
          .filter(file -> Platform.isNative(file.toString().substring(1)))
          .toList();
    }
  }
}
