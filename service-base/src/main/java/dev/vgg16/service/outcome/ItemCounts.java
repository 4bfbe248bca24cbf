package dev.vgg16.service.outcome;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the items of a call. Thread-safe. */
final class ItemCounts {

  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger ok = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  /**
   * The items of a call at a time.
   *
   * @param failed with those that have no response
   */
  record Snapshot(int ok, int failed) {}

  void received() {
    inFlight.incrementAndGet();
  }

  void responded(boolean isOk) {
    inFlight.decrementAndGet();
    add(isOk, 1);
  }

  /** Ends the items without a response, and returns their number. */
  int end(boolean isOk) {
    int items = inFlight.getAndSet(0);
    add(isOk, items);
    return items;
  }

  private void add(boolean isOk, int items) {
    (isOk ? ok : failed).addAndGet(items);
  }

  Snapshot snapshot() {
    return new Snapshot(ok.get(), failed.get() + inFlight.get());
  }
}
