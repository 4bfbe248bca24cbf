package dev.vgg16.inference.batch;

import static java.util.Objects.requireNonNull;

/**
 * Which items share a turn in a {@link Batcher}: first clients take turns, then the calls of one
 * client. Both parts are compared by {@code equals}.
 *
 * @param client who asks: an authenticated identity, or a connection
 * @param call the call or stream that the item belongs to
 */
public record FlowKey(Object client, Object call) {

  public FlowKey {
    requireNonNull(client);
    requireNonNull(call);
  }
}
