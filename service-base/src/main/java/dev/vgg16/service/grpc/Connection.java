package dev.vgg16.service.grpc;

import io.grpc.Attributes;

/**
 * One client's connection to a server, as what it has of what all share; compared by identity.
 *
 * @param receiving of the memory for messages that are being received
 * @param unread of the memory for answers that are not written to the network yet
 * @param waiting of the memory for what no call has asked for yet
 * @param calls of the open calls
 */
record Connection(
    ConnectionBudget.Account receiving,
    ConnectionBudget.Account unread,
    ConnectionBudget.Account waiting,
    ConnectionBudget.Account calls) {

  static final Attributes.Key<Connection> KEY = Attributes.Key.create("connection");

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
