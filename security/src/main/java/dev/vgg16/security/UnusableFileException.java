package dev.vgg16.security;

import java.nio.file.Path;

/** A file of certificates, keys or tokens can't be used. The message names it, and no secret. */
public final class UnusableFileException extends RuntimeException {

  UnusableFileException(Path file, String problem) {
    super(file + ": " + problem);
  }
}
