package dev.vgg16.cli.images;

import dev.vgg16.client.Failure;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file to be sent.
 *
 * @param path as it was named, or below a directory that was
 * @param problem why it is known not to be readable, before any attempt
 */
public record InputFile(Path path, Optional<Failure> problem) {

  static InputFile at(Path path) {
    return new InputFile(path, Optional.empty());
  }

  /** How the file is called in all output. */
  public String name() {
    return path.toString();
  }
}
