package dev.vgg16.service.outcome;

import io.grpc.Status;
import java.net.SocketAddress;

/**
 * Told how each item ended: one of a stream, or a unary call, which is one item. Called on the
 * threads that answer; must be quick.
 */
public interface ItemListener {

  /**
   * How an item failed, or all items of a call that had no answer when it ended.
   *
   * @param method of the call, such as {@code ClassifyStream}
   * @param peer who sent it, or null where that is unknown
   * @param id that the client gave it, whatever it is; empty: none
   * @param message for the client
   */
  record Failure(String method, SocketAddress peer, String id, Status.Code code, String message) {}

  /** Items of a call ended, well or not. */
  void ended(String method, Status.Code code, int count);

  /** An item failed. {@link #ended} is told of it as well. */
  default void failed(Failure failure) {}
}
