package dev.vgg16.service.grpc;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Selects the calls to end when the memory for messages that are being received is used up: first
 * stalled ones, which could hold it for ever, then those of the connection that holds most.
 * Thread-safe.
 */
final class UnfinishedMessages {

  /** How long a message may stall when others need its memory. */
  static final Duration STALL = Duration.ofSeconds(2);

  /** Fewer bytes within {@link #STALL} are a stall. */
  static final long PROGRESS_BYTES = 16 << 10;

  private final Set<InboundCall> calls = ConcurrentHashMap.newKeySet();
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime like {@link System#nanoTime}
   */
  UnfinishedMessages(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  void add(InboundCall call) {
    calls.add(call);
  }

  void remove(InboundCall call) {
    calls.remove(call);
  }

  /**
   * Ends other calls until there is room for what this one has received.
   *
   * @return false if this call itself must end
   */
  synchronized boolean makeRoom(InboundCall call) {
    while (!call.hasRoom()) {
      InboundCall next = stalled().or(this::largest).orElse(call);
      if (next == call || (!isStalled(next) && next.isOnConnectionOf(call))) {
        return false;
      }
      next.terminate();
    }
    return true;
  }

  /** The call that has stalled for longest. */
  private Optional<InboundCall> stalled() {
    return calls.stream()
        .filter(this::isStalled)
        .max(Comparator.comparingLong(call -> now() - call.progressed()));
  }

  private boolean isStalled(InboundCall call) {
    return call.unfinished() > 0 && now() - call.progressed() > STALL.toNanos();
  }

  /** The call with the largest message of the connection that holds most. */
  private Optional<InboundCall> largest() {
    return calls.stream()
        .filter(call -> call.unfinished() > 0)
        .max(
            Comparator.comparingLong(InboundCall::heldByConnection)
                .thenComparingLong(InboundCall::unfinished));
  }
}
