package dev.vgg16.service.preflight;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checks of a service's environment. Each throws an {@link IllegalStateException} whose message is
 * one line.
 */
public final class Preflight {

  private static final long MEBIBYTE = 1 << 20;

  private Preflight() {}

  /** ONNX Runtime creates a folder there when it is loaded; its own error does not name it. */
  public static void requireTemporaryFolder(Path folder) {
    try {
      Files.delete(Files.createTempDirectory(folder, "vgg16-"));
    } catch (IOException e) {
      throw new IllegalStateException(
          "can't make a folder in the temporary folder %s (%s): JAVA_OPTS=-Djava.io.tmpdir=FOLDER names another"
              .formatted(folder, reason(folder, e)),
          e);
    }
  }

  /**
   * Refuses a heap that is too small for what the options allow, which would run out of memory
   * under load.
   *
   * @param bytes of the heap
   * @param needed bytes that may be in use at a time
   * @param options that determine this
   */
  public static void requireHeap(long bytes, long needed, String options) {
    if (bytes < needed) {
      throw new IllegalStateException(
          "the heap (%d MiB) is smaller than what %s allow (%d MiB): JAVA_OPTS=-Xmx%dm makes room"
              .formatted(bytes / MEBIBYTE, options, needed / MEBIBYTE, suitableMebibytes(needed)));
    }
  }

  /** With a margin of a tenth, since the JVM reports less than -Xmx as its heap. */
  private static long suitableMebibytes(long needed) {
    return (long) (1.1 * needed) / MEBIBYTE + 1;
  }

  private static String reason(Path folder, IOException e) {
    if (!Files.isDirectory(folder)) {
      return "there is no such folder";
    }
    if (e instanceof AccessDeniedException) {
      return "no permission to write there";
    }
    return e instanceof FileSystemException failure && failure.getReason() != null
        ? failure.getReason()
        : e.toString();
  }
}
