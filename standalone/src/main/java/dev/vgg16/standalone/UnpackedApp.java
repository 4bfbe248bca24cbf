package dev.vgg16.standalone;

import dev.vgg16.commandline.natives.NativeFolder;
import dev.vgg16.commandline.natives.NativeLinks;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What the jar has under {@code app/}, as files: libraries, native libraries and models. They are
 * unpacked once, and again when a file is missing, into the user's cache, or, where that can't be
 * written or others can write to it, at each start into a temporary folder.
 *
 * @param temporary whether {@link #close} deletes the folder
 */
record UnpackedApp(Path folder, boolean temporary) implements AutoCloseable {

  private static final String PREFIX = "app/";

  /**
   * Unpacks a jar.
   *
   * @param environment names the cache: XDG_CACHE_HOME, or else HOME
   * @throws IOException when neither the cache nor a temporary folder can be used
   */
  static UnpackedApp of(Path jar, Map<String, String> environment) throws IOException {
    return of(jar, environment, Path.of(System.getProperty("java.io.tmpdir")));
  }

  static UnpackedApp of(Path jar, Map<String, String> environment, Path temporary)
      throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries =
          zip.stream().filter(it -> it.getName().startsWith(PREFIX) && !it.isDirectory()).toList();
      Optional<Path> cache = cache(environment);
      if (cache.isPresent()) {
        try {
          return new UnpackedApp(cached(zip, entries, cache.get()), false);
        } catch (IOException e) {
          if (Thread.currentThread().isInterrupted()) {
            throw e;
          }
          System.err.println(
              "vgg16-serving: the cache can't be used, and a temporary folder is: "
                  + e.getMessage());
        }
      }
      return temporary(zip, entries, temporary);
    }
  }

  private static UnpackedApp temporary(
      ZipFile zip, List<? extends ZipEntry> entries, Path temporary) throws IOException {
    Path folder = Files.createTempDirectory(temporary, "vgg16-serving-");
    UnpackedApp app = new UnpackedApp(folder, true);
    try {
      unpack(zip, entries, folder);
    } catch (IOException | RuntimeException e) {
      app.close();
      throw e;
    }
    return app;
  }

  private static Optional<Path> cache(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (cache.isEmpty() && home.isEmpty()) {
      return Optional.empty();
    }
    Path parent = cache.isEmpty() ? Path.of(home, ".cache") : Path.of(cache);
    return Optional.of(parent.resolve("vgg16-serving"));
  }

  private static Path cached(ZipFile zip, List<? extends ZipEntry> entries, Path cache)
      throws IOException {
    return NativeFolder.ownerOnly(cache)
        .of(
            name(entries),
            empty -> unpack(zip, entries, empty),
            filled -> isWhole(entries, filled));
  }

  /** By sizes: a cleaner of caches may have deleted some. */
  private static boolean isWhole(List<? extends ZipEntry> entries, Path folder) throws IOException {
    for (ZipEntry entry : entries) {
      Path file = file(entry, folder);
      if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) {
        return false;
      }
    }
    return NativeLinks.exist(folder.resolve(ServicesProcess.NATIVES));
  }

  /** The same for the same content alone. */
  private static String name(List<? extends ZipEntry> entries) {
    CRC32 sum = new CRC32();
    for (ZipEntry entry : entries) {
      sum.update((entry.getName() + ' ' + entry.getCrc() + '\n').getBytes(StandardCharsets.UTF_8));
    }
    return "standalone-%08x".formatted(sum.getValue());
  }

  private static void unpack(ZipFile zip, List<? extends ZipEntry> entries, Path folder)
      throws IOException {
    for (ZipEntry entry : entries) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("unpacking was interrupted");
      }
      Path file = file(entry, folder);
      Files.createDirectories(file.getParent());
      try (InputStream content = zip.getInputStream(entry)) {
        Files.copy(content, file);
      }
    }
    NativeLinks.create(folder.resolve(ServicesProcess.NATIVES));
  }

  private static Path file(ZipEntry entry, Path folder) throws IOException {
    Path file = folder.resolve(entry.getName().substring(PREFIX.length())).normalize();
    if (!file.startsWith(folder)) {
      throw new IOException(entry.getName() + " is not within the folder");
    }
    return file;
  }

  /** Deletes the folder, if it is a temporary one. What can't be deleted stays. */
  @Override
  public void close() {
    if (!temporary) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      System.err.println("vgg16-serving: can't delete " + folder + ": " + e.getMessage());
    }
  }
}
