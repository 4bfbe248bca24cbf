package dev.vgg16.standalone;

import dev.vgg16.commandline.natives.NativeFolder;
import dev.vgg16.commandline.natives.NativeLinks;
import java.io.IOException;
import java.io.InputStream;
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
 * unpacked once, into the user's cache, or, where that can't be written, at each start into a
 * temporary folder.
 *
 * @param temporary whether {@link #close} deletes the folder
 */
record UnpackedApp(Path folder, boolean temporary) implements AutoCloseable {

  private static final String PREFIX = "app/";

  /**
   * Unpacks a jar.
   *
   * @param environment names the cache: XDG_CACHE_HOME, or else HOME
   * @throws IOException when no folder can be written, or the cache is another user's
   */
  static UnpackedApp of(Path jar, Map<String, String> environment) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries =
          zip.stream().filter(it -> it.getName().startsWith(PREFIX) && !it.isDirectory()).toList();
      Optional<Path> cache = cache(environment);
      if (cache.isPresent()) {
        try {
          return new UnpackedApp(own(cached(zip, entries, cache.get())), false);
        } catch (IOException e) {
          System.err.println(
              "vgg16-serving: the cache can't be used, and a temporary folder is: " + e);
        }
      }
      Path folder = Files.createTempDirectory("vgg16-serving-");
      unpack(zip, entries, folder);
      return new UnpackedApp(folder, true);
    }
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
    return NativeFolder.ownerOnly(cache).of(name(entries), empty -> unpack(zip, entries, empty));
  }

  /** The same for the same content alone. */
  private static String name(List<? extends ZipEntry> entries) {
    CRC32 sum = new CRC32();
    for (ZipEntry entry : entries) {
      sum.update((entry.getName() + ' ' + entry.getCrc() + '\n').getBytes(StandardCharsets.UTF_8));
    }
    return "standalone-%08x".formatted(sum.getValue());
  }

  /** Code is loaded from it, so that it must be the user's own. */
  private static Path own(Path folder) throws IOException {
    Path probe = Files.createTempDirectory("vgg16-serving-");
    try {
      if (!Files.getOwner(folder).equals(Files.getOwner(probe))) {
        throw new IOException(folder + " belongs to another user");
      }
    } finally {
      Files.delete(probe);
    }
    return folder;
  }

  private static void unpack(ZipFile zip, List<? extends ZipEntry> entries, Path folder)
      throws IOException {
    for (ZipEntry entry : entries) {
      Path file = folder.resolve(entry.getName().substring(PREFIX.length())).normalize();
      if (!file.startsWith(folder)) {
        throw new IOException(entry.getName() + " is not within the folder");
      }
      Files.createDirectories(file.getParent());
      try (InputStream content = zip.getInputStream(entry)) {
        Files.copy(content, file);
      }
    }
    NativeLinks.create(folder.resolve(ServicesProcess.NATIVES));
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
