package dev.vgg16.head.registry;

import ai.onnxruntime.OrtException;
import dev.vgg16.head.head.Head;
import dev.vgg16.head.head.HeadManifest;
import dev.vgg16.serving.manifest.ManifestException;
import dev.vgg16.serving.onnx.OnnxModel.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
      } catch (ManifestException | ModelLoadException | OrtException e) {
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
    try (Stream<Path> files = Files.find(path, 3, (file, attributes) -> isManifest(file))) {
      return files.map(Path::getParent).sorted().toList();
    } catch (IOException e) {
      throw new ManifestException("the folder of heads %s can't be read: %s".formatted(path, e));
    }
  }

  private static boolean isManifest(Path file) {
    return file.getFileName() != null && file.getFileName().toString().equals("head.json");
  }
}
