package dev.vgg16.commandline.natives;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Jars with native libraries.
 *
 * @param platform whose libraries are copied
 */
record NativeJars(List<Path> jars, Platform platform) {

  /**
   * Links by the libraries that they lead to. JavaCPP renames OpenBLAS when it unpacks it, and
   * loads OpenCV only after the bindings of BLAS and LAPACK, of 24 MB, whose functions nothing here
   * calls: those without LAPACK load in their place.
   */
  private static final Map<String, String> LINKS =
      Map.of(
          "libopenblas.so.0", "libopenblas_nolapack.so.0",
          "libjniopenblas_nolapack.so", "libjniopenblas.so",
          "libjniopenblas_nolapack.dylib", "libjniopenblas.dylib");

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
    for (Map.Entry<String, String> link : LINKS.entrySet()) {
      if (Files.exists(folder.resolve(link.getKey()))) {
        Files.createSymbolicLink(folder.resolve(link.getValue()), Path.of(link.getKey()));
      }
    }
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
