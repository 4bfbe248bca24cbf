package dev.vgg16.cli.images;

/** A file that can't be sent. */
public final class UnusableFileException extends Exception {

  private final transient Failure failure;

  UnusableFileException(Failure failure) {
    super(failure.toString(), null, false, false);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
