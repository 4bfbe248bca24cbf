package dev.vgg16.service.grpc;

/**
 * The budgets that the connections of a server share.
 *
 * @param receiving bytes of messages that are being received
 * @param unread bytes of responses that are not written to the network yet
 * @param waiting received bytes that no call has requested yet
 * @param calls open calls
 */
record ConnectionBudgets(
    ConnectionBudget receiving,
    ConnectionBudget unread,
    ConnectionBudget waiting,
    ConnectionBudget calls) {

  /** A connection with an account of each budget. */
  Connection newConnection() {
    return new Connection(
        receiving.newAccount(), unread.newAccount(), waiting.newAccount(), calls.newAccount());
  }
}
