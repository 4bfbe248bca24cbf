package dev.vgg16.head.registry;

import ai.onnxruntime.OrtException;
import com.google.common.collect.ImmutableList;
import dev.vgg16.head.head.Head;
import dev.vgg16.head.head.HeadManifest;
import dev.vgg16.serving.manifest.ManifestException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of heads, {@code NAME/VERSION/head.json} and the file that it names.
 *
 * @param path the folder
 */
public record HeadFolder(Path path) {

  private static final Logger logger = LoggerFactory.getLogger(HeadFolder.class);

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

  private Head load(Path folder) throws OrtException {
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
