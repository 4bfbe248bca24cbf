package dev.vgg16.head.registry;

import ai.onnxruntime.OrtException;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import dev.vgg16.head.head.Head;
import dev.vgg16.head.head.HeadManifest;
import dev.vgg16.serving.manifest.JsonManifest;
import dev.vgg16.serving.manifest.ManifestException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of heads, {@code NAME/VERSION/head.json} and the file that it names; {@code
 * NAME/versions.json} may pin a version, as {@code {"default": 1}}.
 *
 * @param path the folder
 */
public record HeadFolder(Path path) {

  private static final Logger logger = LoggerFactory.getLogger(HeadFolder.class);

  private static final String PIN_FILE = "versions.json";

  /**
   * Loads and warms up every head. One that can't be used is logged with the reason, and the others
   * are loaded all the same.
   *
   * @throws ManifestException when there is no such folder, or not one usable head in it
   */
  public List<Head> load() {
    List<Head> loaded = new ArrayList<>();
    List<Path> folders = versionFolders();
    for (Path folder : folders) {
      try {
        loaded.add(load(folder));
      } catch (OrtException | RuntimeException e) {
        // Whatever is wrong with one head, the others are served.
        logger.error("head refused: {}: {}", folder, e.getMessage(), e);
      }
    }
    if (loaded.isEmpty()) {
      throw new ManifestException(
          folders.isEmpty()
              ? "%s has no heads: NAME/VERSION/head.json is what is looked for".formatted(path)
              : "%s has no usable head; the log says why for each".formatted(path));
    }
    return loaded;
  }

  /**
   * Loads and warms up the head in a version's folder.
   *
   * @throws ManifestException when it is broken, or not what its manifest says
   */
  Head load(Path folder) throws OrtException {
    long start = System.nanoTime();
    HeadManifest manifest = HeadManifest.read(folder);
    checkPlace(folder, manifest);
    Head head = Head.load(manifest);
    try {
      head.warmUp();
    } catch (OrtException | RuntimeException e) {
      head.close();
      throw e;
    }
    logger.info(
        "head loaded: {}, {} classes, {} parameters, of backbone {}, {} ms",
        manifest.id(),
        head.classes(),
        "%,d".formatted(manifest.parameters()),
        manifest.backbone(),
        (System.nanoTime() - start) / 1_000_000);
    return head;
  }

  /** A head must be found under the name that it bears. */
  private static void checkPlace(Path folder, HeadManifest manifest) {
    Path place = Path.of(manifest.name(), Integer.toString(manifest.version()));
    if (!folder.toAbsolutePath().normalize().endsWith(place)) {
      throw new ManifestException(
          "%s says that it is %s, which must lie in a folder %s"
              .formatted(folder.resolve("head.json"), manifest.id(), place));
    }
  }

  /** Where a version lies, or would. */
  Path versionFolder(String name, int version) {
    return path.resolve(name).resolve(Integer.toString(version));
  }

  /** The highest version of a head that has a folder. */
  OptionalInt highestVersion(String name) {
    Path folder = path.resolve(name);
    return isFolder(folder)
        ? foldersIn(folder).stream().mapToInt(HeadFolder::versionOf).max()
        : OptionalInt.empty();
  }

  /** The version that a folder is named after, 0 when it is none. */
  static int versionOf(Path folder) {
    Integer version = Ints.tryParse(folder.getFileName().toString());
    return version == null || version < 1 ? 0 : version;
  }

  /**
   * What there is: the folder of each version and each file that pins one.
   *
   * @throws ManifestException when the folder can't be read
   */
  Map<Path, Stamp> stamps() {
    Map<Path, Stamp> stamps = new LinkedHashMap<>();
    for (Path name : foldersIn(path)) {
      Path pin = name.resolve(PIN_FILE);
      if (Files.exists(pin)) {
        stamps.put(pin, Stamp.ofFile(pin));
      }
      for (Path version : versionsIn(name)) {
        stamps.put(version, Stamp.ofFolder(version));
      }
    }
    return stamps;
  }

  /** Whether it is the file that pins a version, and not a version's folder. */
  static boolean isPin(Path place) {
    return place.endsWith(PIN_FILE);
  }

  /**
   * The version that is pinned.
   *
   * @throws ManifestException when the file is broken
   */
  static int pinned(Path pin) {
    return Ints.saturatedCast(JsonManifest.read(pin).integer("default", 1));
  }

  private List<Path> versionFolders() {
    return foldersIn(path).stream().flatMap(name -> versionsIn(name).stream()).toList();
  }

  private List<Path> versionsIn(Path name) {
    try {
      return foldersIn(name);
    } catch (ManifestException e) {
      logger.error("head refused: {}: {}", name, e.getMessage(), e);
      return List.of();
    }
  }

  /** The folders in a folder, links to folders too, in order; hidden ones are not ours. */
  private List<Path> foldersIn(Path parent) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(parent, HeadFolder::isFolder)) {
      return ImmutableList.sortedCopyOf(files);
    } catch (NoSuchFileException e) {
      throw new ManifestException("there is no folder of heads " + parent);
    } catch (IOException | DirectoryIteratorException e) {
      throw new ManifestException("the folder %s can't be read: %s".formatted(parent, e));
    }
  }

  private static boolean isFolder(Path file) {
    return Files.isDirectory(file) && !file.getFileName().toString().startsWith(".");
  }
}
