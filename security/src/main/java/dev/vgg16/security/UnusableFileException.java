package dev.vgg16.security;

import java.nio.file.Path;

/**
 * A file of certificates, keys or tokens is invalid or can't be read. The message names the file
 * and contains no secret.
 */
public final class UnusableFileException extends RuntimeException {

  UnusableFileException(Path file, String problem) {
    super(file + ": " + problem);
  }
}
