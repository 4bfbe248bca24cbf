package dev.vgg16.service.grpc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A budget that all connections share: each may hold at most {@value #FACTOR} times what is free
 * (the dynamic threshold of Choudhury and Hahne, 1998). A single connection gets two thirds of it;
 * with n connections that hold as much as they can, {@code 1 / (2n + 1)} stays free. Thread-safe,
 * lock-free.
 */
final class ConnectionBudget {

  private static final int FACTOR = 2;

  private final long limit;
  private final AtomicLong total = new AtomicLong();

  /**
   * @param limit the total of all connections
   */
  ConnectionBudget(long limit) {
    this.limit = limit;
  }

  /** The account of a new connection. */
  Account newAccount() {
    return new Account();
  }

  /** The total that all connections hold. */
  long total() {
    return total.get();
  }

  /** The part that one connection holds. */
  final class Account {
    private final AtomicLong held = new AtomicLong();

    /** Adds an amount that is held already; returns whether the connection is within its limit. */
    boolean add(long bytes) {
      total.addAndGet(bytes);
      held.addAndGet(bytes);
      return hasRoomFor(0);
    }

    /** Whether the connection may hold this much more. */
    boolean hasRoomFor(long bytes) {
      long free = limit - total.get() - bytes;
      return held.get() + bytes <= FACTOR * free;
    }

    void release(long bytes) {
      held.addAndGet(-bytes);
      total.addAndGet(-bytes);
    }

    long held() {
      return held.get();
    }
  }
}
