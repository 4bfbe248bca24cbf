package dev.vgg16.service.grpc;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The calls of a server, of which some must end when the memory for messages that are being
 * received is used up: first those that have stalled, since they may keep it for ever; then those
 * of the connection that has most. Thread-safe.
 */
final class UnfinishedMessages {

  /** How long a message may stall where others need its memory. */
  static final Duration STALL = Duration.ofSeconds(2);

  /** Fewer bytes than that in the while are no progress. */
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
   * Ends calls until this one, which has received something, has room.
   *
   * @return whether it has; otherwise it is the one that must end
   */
  synchronized boolean makeRoom(InboundCall call) {
    while (!call.hasRoom()) {
      InboundCall next = stalled().or(this::largest).orElse(call);
      if (next == call || (!isStalled(next) && next.isOnConnectionOf(call))) {
        return false;
      }
      next.cutOff();
    }
    return true;
  }

  /** The one that has made no progress for the longest. */
  private Optional<InboundCall> stalled() {
    return calls.stream()
        .filter(this::isStalled)
        .max(Comparator.comparingLong(call -> now() - call.progressed()));
  }

  private boolean isStalled(InboundCall call) {
    return call.unfinished() > 0 && now() - call.progressed() > STALL.toNanos();
  }

  /** The largest message of the connection that has most. */
  private Optional<InboundCall> largest() {
    return calls.stream()
        .filter(call -> call.unfinished() > 0)
        .max(
            Comparator.comparingLong(InboundCall::heldByConnection)
                .thenComparingLong(InboundCall::unfinished));
  }
}
