package dev.vgg16.head.registry;

import ai.onnxruntime.OrtException;
import com.google.common.base.Throwables;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.OpenModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the head in a version's folder.
 *
 * @param models gets those of the heads
 */
record HeadLoader(OpenModels models) {

  private static final Logger logger = LoggerFactory.getLogger(HeadLoader.class);

  /** A head can't be used; the message is one line that says why. */
  static final class HeadRefusedException extends Exception {

    HeadRefusedException(Exception cause) {
      super(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
    }

    /** Never null: each has one. */
    @Override
    public String getMessage() {
      return Objects.requireNonNull(super.getMessage());
    }

    /** Whether its files could not be read, so that it may be loaded as they are another time. */
    boolean isUnreadable() {
      return Throwables.getCausalChain(this).stream().anyMatch(IOException.class::isInstance);
    }
  }

  /**
   * Loads and warms up the head in a version's folder.
   *
   * @throws HeadRefusedException when it is broken, or not what its manifest says
   */
  Head load(Path folder) throws HeadRefusedException {
    long start = System.nanoTime();
    try {
      HeadManifest manifest = HeadManifest.read(folder);
      checkPlace(folder, manifest);
      Head head = warm(Head.load(manifest, models));
      logger.info(
          "head loaded: {}, {} classes, {} parameters, of backbone {}, {} ms",
          manifest.id(),
          head.classes(),
          "%,d".formatted(manifest.parameters()),
          manifest.backbone(),
          (System.nanoTime() - start) / 1_000_000);
      return head;
    } catch (OrtException | RuntimeException e) {
      // Whatever is wrong with one head, the others are served.
      throw new HeadRefusedException(e);
    } catch (OutOfMemoryError e) {
      // Direct memory, which may suffice later; without heap the process ends.
      throw new HeadRefusedException(new IOException("there is no memory for it: " + e, e));
    }
  }

  /**
   * Whether a folder still has what was loaded from it. Reads all its files; false when that fails,
   * since loading then reports why.
   */
  static boolean isUnchanged(Path folder, HeadManifest loaded) {
    try {
      HeadManifest now = HeadManifest.read(folder);
      if (!now.equals(loaded)) {
        return false;
      }
      now.verifyFiles();
      return true;
    } catch (ManifestException e) {
      return false;
    }
  }

  private static Head warm(Head head) throws OrtException {
    try {
      head.warmUp();
      return head;
    } catch (OrtException | RuntimeException | Error e) {
      head.close();
      throw e;
    }
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
}
