package dev.vgg16.inference.manifest;

import dev.vgg16.service.errors.OneLine;
import java.io.IOException;

/**
 * A manifest, or a file it names, can't be used; the message is one line that says which and why.
 */
public final class ManifestException extends RuntimeException {
  public ManifestException(String message) {
    super(OneLine.of(message));
  }

  /**
   * @param cause what went wrong while a file was read, which may go well another time
   */
  public ManifestException(String message, IOException cause) {
    super(OneLine.of(message), cause);
  }
}
