package dev.vgg16.service.grpc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory that all connections share: none may have more than {@value #FACTOR} times what is free
 * (the dynamic threshold of Choudhury and Hahne, 1998). A connection alone may have two thirds of
 * it; with n that take all they can get, {@code 1 / (2n + 1)} stays free for others. Thread-safe,
 * without a lock.
 */
final class ConnectionBudget {

  private static final int FACTOR = 2;

  private final long limit;
  private final AtomicLong total = new AtomicLong();

  /**
   * @param limit bytes, for all connections together
   */
  ConnectionBudget(long limit) {
    this.limit = limit;
  }

  /** A new connection, which has nothing yet. */
  Account newAccount() {
    return new Account();
  }

  /** What all connections have. */
  long total() {
    return total.get();
  }

  /** What one connection has. */
  final class Account {
    private final AtomicLong held = new AtomicLong();

    /** Adds bytes that are there already; returns whether the connection may have so many. */
    boolean add(long bytes) {
      total.addAndGet(bytes);
      held.addAndGet(bytes);
      return hasRoomFor(0);
    }

    /** Whether the connection may have so many bytes more. */
    boolean hasRoomFor(long bytes) {
      long free = limit - total.get() - bytes;
      return held.get() + bytes <= FACTOR * free;
    }

    void giveBack(long bytes) {
      held.addAndGet(-bytes);
      total.addAndGet(-bytes);
    }

    long held() {
      return held.get();
    }
  }
}
