package dev.vgg16.client;

/** An item that can't be sent. */
public final class UnusableItemException extends Exception {

  private final transient Failure failure;

  public UnusableItemException(Failure failure) {
    super(failure.toString(), null, false, false);
    this.failure = failure;
  }

  /** What becomes the item's result. */
  public Failure failure() {
    return failure;
  }
}
