package dev.vgg16.service.grpc;

/**
 * What all connections of a server share.
 *
 * @param receiving bytes of messages that are being received
 * @param unread bytes of answers that are not written to the network yet
 * @param waiting bytes that were received and that no call has asked for yet
 * @param calls calls that are open
 */
record ConnectionBudgets(
    ConnectionBudget receiving,
    ConnectionBudget unread,
    ConnectionBudget waiting,
    ConnectionBudget calls) {

  /** Those of a new connection. */
  Connection newConnection() {
    return new Connection(
        receiving.newAccount(), unread.newAccount(), waiting.newAccount(), calls.newAccount());
  }
}
