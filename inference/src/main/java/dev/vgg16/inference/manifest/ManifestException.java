package dev.vgg16.inference.manifest;

import dev.vgg16.service.errors.OneLine;
import java.io.IOException;
import java.util.Objects;

/**
 * A manifest, or a file that it names, is invalid or can't be read. The message is one line that
 * names the file and the reason.
 */
public final class ManifestException extends RuntimeException {
  public ManifestException(String message) {
    super(OneLine.of(message));
  }

  /**
   * @param cause the I/O error, which may be transient
   */
  public ManifestException(String message, IOException cause) {
    super(OneLine.of(message), cause);
  }

  /** Never null: each has one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
