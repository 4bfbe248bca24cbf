package dev.vgg16.inference.batch;

import static java.util.Objects.requireNonNull;

/**
 * The flow that an item belongs to. A {@link Batcher} serves clients in round robin, and the calls
 * of each client in round robin. Both parts are compared by {@code equals}.
 *
 * @param client an authenticated identity, or a connection
 * @param call the call or stream that the item belongs to
 */
public record FlowKey(Object client, Object call) {

  public FlowKey {
    requireNonNull(client);
    requireNonNull(call);
  }
}
