package dev.vgg16.release;

import java.util.Objects;

/**
 * A {@code versions.json} is wrong. The message is one line that names the field and the reason.
 */
public final class InvalidReleaseException extends Exception {

  InvalidReleaseException(String field, String problem) {
    super(field + " " + problem);
  }

  /** Never null: each has one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
