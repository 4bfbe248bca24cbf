package dev.vgg16.service.outcome;

import io.grpc.Status;

/**
 * Receives the outcome of each item of a stream, and of each unary call, which counts as one item.
 * Called on the threads that send responses; must be fast.
 */
public interface ItemListener {

  /**
   * The failure of an item, or of all items of a call that had no response when it ended.
   *
   * @param method of the call, such as {@code ClassifyStream}
   * @param origin of the call
   * @param id of the item, chosen by the client; may be empty
   * @param message for the client
   */
  record Failure(String method, CallOrigin origin, String id, Status.Code code, String message) {}

  /** Items of a call ended, successfully or not. */
  void ended(String method, Status.Code code, int count);

  /** Whether {@link #failed} is called, for which something is noted of each call. */
  default boolean wantsFailures() {
    return false;
  }

  /** An item failed. {@link #ended} is called for it too. */
  default void failed(Failure failure) {}
}
