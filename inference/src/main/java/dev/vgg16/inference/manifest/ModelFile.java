package dev.vgg16.inference.manifest;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A model file beside its manifest, with the digest that it must have.
 *
 * @param path where it is
 * @param sha256 its SHA-256, hexadecimal, lower case
 */
public record ModelFile(Path path, String sha256) {

  /** ONNX Runtime reads no larger ones; and a sparse one could be hashed for years. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  public boolean exists() {
    return Files.isRegularFile(path);
  }

  /**
   * Reads the file and compares its digest.
   *
   * @throws ManifestException when it is missing, unreadable, elsewhere or another
   */
  public void verify() {
    String actual;
    try {
      // Not exists(), which says no where a volume is away too.
      BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class);
      // Whoever opens a pipe waits for somebody who writes to it.
      if (!is.isRegularFile()) {
        throw new ManifestException(path + " can't be read: it is no regular file");
      }
      checkPlace();
      checkSize(is.size());
      // No more than that, however it grows.
      actual =
          MoreFiles.asByteSource(path).slice(0, MAX_BYTES + 1).hash(Hashing.sha256()).toString();
    } catch (NoSuchFileException e) {
      throw new ManifestException(path + " can't be read: there is no such file");
    } catch (IOException e) {
      throw new ManifestException(path + " can't be read: " + e, e);
    }
    if (!actual.equals(sha256)) {
      throw new ManifestException(
          "%s is not the file that its manifest describes: its SHA-256 is %s, not %s"
              .formatted(path, actual, sha256));
    }
  }

  private void checkSize(long bytes) {
    if (bytes > MAX_BYTES) {
      throw new ManifestException(
          "%s can't be loaded: it has %,d bytes, and a model has at most %,d"
              .formatted(path, bytes, MAX_BYTES));
    }
  }

  /** A link may lead to another place in the folder, or the folder be a link, but no way out. */
  private void checkPlace() throws IOException {
    if (!path.toRealPath().startsWith(path.getParent().toRealPath())) {
      throw new ManifestException(path + " is a link that leads out of its folder");
    }
  }
}
