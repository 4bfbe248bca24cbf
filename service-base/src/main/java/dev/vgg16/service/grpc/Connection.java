package dev.vgg16.service.grpc;

import io.grpc.Attributes;

/**
 * A client's connection, with its accounts of the shared budgets; compared by identity.
 *
 * @param receiving bytes of messages that are being received
 * @param unread bytes of responses that are not written to the network yet
 * @param waiting received bytes that no call has requested yet
 * @param calls open calls
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
