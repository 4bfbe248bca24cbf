package dev.vgg16.serving.grpc;

import io.grpc.Attributes;

/**
 * One client's connection to a server; compared by identity.
 *
 * @param receiving what it has of the memory for messages that are being received
 * @param unread what it has of the memory for answers that are not written to the network yet
 */
record Connection(ConnectionBudget.Account receiving, ConnectionBudget.Account unread) {

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
