package dev.vgg16.cli.images;

import dev.vgg16.client.Failure;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file to be sent.
 *
 * @param path as given, or below a directory that was given
 * @param problem why it can't be read, if that is known before reading it
 */
public record InputFile(Path path, Optional<Failure> problem) {

  static InputFile at(Path path) {
    return new InputFile(path, Optional.empty());
  }

  /** The file's name in all output. */
  public String name() {
    return path.toString();
  }
}
