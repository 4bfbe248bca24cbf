package dev.vgg16.inference.manifest;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A model file and its expected digest, as its manifest names them.
 *
 * @param path of the file
 * @param sha256 its SHA-256, hexadecimal, lower case
 */
public record ModelFile(Path path, String sha256) {

  /** The largest file that ONNX Runtime reads; also bounds the time to hash a sparse file. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  public boolean exists() {
    return Files.isRegularFile(path);
  }

  /**
   * Reads the file and checks its digest.
   *
   * @throws ManifestException when it is missing, unreadable, outside its folder or of another
   *     digest
   */
  public void verify() {
    String actual;
    try {
      // Not exists(), which returns false for an I/O error too.
      BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class);
      // Opening a pipe would block.
      if (!is.isRegularFile()) {
        throw new ManifestException(path + " can't be read: it is no regular file");
      }
      checkPlace();
      checkSize(is.size());
      // At most the limit, in case the file grows.
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

  /** The folder may be a link, and the file a link within the folder, but not out of it. */
  private void checkPlace() throws IOException {
    if (!path.toRealPath().startsWith(path.resolveSibling("").toRealPath())) {
      throw new ManifestException(path + " is a link that leads out of its folder");
    }
  }
}
