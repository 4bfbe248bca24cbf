package dev.vgg16.feature.relay;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requests that are to be sent later: again, when a moment has passed since they failed, or once
 * there is a replica. Not bounded: whoever sends bounds what is unanswered. Thread-safe.
 */
final class RetryQueue {

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(10);
  private static final Duration MAX_BACKOFF = Duration.ofMillis(200);

  /** After each end of a stream at which the message may have been to blame. */
  private static final List<Duration> REFUSED_BACKOFFS =
      List.of(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofMillis(800));

  private final ScheduledExecutorService timer;
  private final Consumer<PendingScore> send;

  @GuardedBy("this")
  private final Set<PendingScore> backingOff = new HashSet<>();

  @GuardedBy("this")
  private final Set<PendingScore> withoutReplica = new LinkedHashSet<>();

  @GuardedBy("this")
  private boolean closed;

  /**
   * @param send called with what is to be sent now, outside of any lock
   */
  RetryQueue(ScheduledExecutorService timer, Consumer<PendingScore> send) {
    this.timer = timer;
    this.send = send;
  }

  /** Sends it when its backoff is over. Returns false once closed. */
  synchronized boolean backOff(PendingScore pending) {
    if (closed) {
      return false;
    }
    long nanos = backoff(pending).toNanos();
    try {
      var unused = timer.schedule(() -> backoffIsOver(pending), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return false;
    }
    // Under the lock, which the timer's thread needs before it looks.
    backingOff.add(pending);
    return true;
  }

  private static Duration backoff(PendingScore pending) {
    int refusals = pending.refusals();
    if (refusals > 0) {
      // So that a proxy that resets streams while it reloads is not taken for a bad message.
      return REFUSED_BACKOFFS.get(Math.min(refusals, REFUSED_BACKOFFS.size()) - 1);
    }
    Duration doubled = FIRST_BACKOFF.multipliedBy(1L << Math.min(pending.attempts() - 1, 10));
    return doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
  }

  private void backoffIsOver(PendingScore pending) {
    synchronized (this) {
      if (!backingOff.remove(pending)) {
        return;
      }
    }
    send.accept(pending);
  }

  /** Sends it at the next {@link #release}. Returns false once closed. */
  synchronized boolean awaitReplica(PendingScore pending) {
    return !closed && withoutReplica.add(pending);
  }

  /** A replica is there: sends what waits for one, in the order in which it came. */
  void release() {
    List<PendingScore> released;
    synchronized (this) {
      released = List.copyOf(withoutReplica);
      withoutReplica.clear();
    }
    released.forEach(send);
  }

  /** Takes out what is out of time. */
  synchronized List<PendingScore> takeExpired(long now) {
    List<PendingScore> expired = new ArrayList<>();
    for (Set<PendingScore> waiting : List.of(backingOff, withoutReplica)) {
      waiting.stream().filter(pending -> pending.isExpired(now)).forEach(expired::add);
      waiting.removeIf(pending -> pending.isExpired(now));
    }
    return expired;
  }

  /** Takes nothing from now on; returns what waited. */
  synchronized List<PendingScore> close() {
    closed = true;
    List<PendingScore> left = new ArrayList<>(backingOff);
    left.addAll(withoutReplica);
    backingOff.clear();
    withoutReplica.clear();
    return left;
  }
}
