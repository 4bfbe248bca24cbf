package dev.vgg16.cli.heads.release;

/** A release can't be changed or read. The message is one line that says why. */
final class ReleaseFailure extends RuntimeException {

  ReleaseFailure(String message) {
    super(message);
  }

  ReleaseFailure(String message, Exception cause) {
    super(message, cause);
  }
}
