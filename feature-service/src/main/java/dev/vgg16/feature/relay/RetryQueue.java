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
import java.util.stream.Stream;

/**
 * Requests that are sent later: after a backoff when an attempt failed, or once a replica is
 * available. Not bounded: the sender bounds what is in flight. Thread-safe.
 */
final class RetryQueue {

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(10);
  private static final Duration MAX_BACKOFF = Duration.ofMillis(200);

  /** After each abort of a stream that the message may have caused. */
  private static final List<Duration> ABORT_BACKOFFS =
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
   * @param send called outside of any lock, with a request that is due
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
    // Still under the lock, which the timer's thread needs to take it out.
    backingOff.add(pending);
    return true;
  }

  private static Duration backoff(PendingScore pending) {
    int aborts = pending.aborts();
    if (aborts > 0) {
      // Longer than a proxy takes to reload, which resets streams too.
      return ABORT_BACKOFFS.get(Math.min(aborts, ABORT_BACKOFFS.size()) - 1);
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

  /** A replica is available: sends what waits for one, in the order of arrival. */
  void release() {
    List<PendingScore> released;
    synchronized (this) {
      released = List.copyOf(withoutReplica);
      withoutReplica.clear();
    }
    released.forEach(send);
  }

  /** Removes and returns the requests that are out of time. */
  synchronized List<PendingScore> takeExpired(long now) {
    List<PendingScore> expired = new ArrayList<>();
    for (Set<PendingScore> waiting : List.of(backingOff, withoutReplica)) {
      waiting.stream().filter(pending -> pending.isExpired(now)).forEach(expired::add);
      waiting.removeIf(pending -> pending.isExpired(now));
    }
    return expired;
  }

  /** The maps of the requests that wait. */
  synchronized int maps() {
    return Stream.of(backingOff, withoutReplica)
        .flatMap(Set::stream)
        .mapToInt(PendingScore::maps)
        .sum();
  }

  /** Accepts nothing from now on; returns what waited. */
  synchronized List<PendingScore> close() {
    closed = true;
    List<PendingScore> left = new ArrayList<>(backingOff);
    left.addAll(withoutReplica);
    backingOff.clear();
    withoutReplica.clear();
    return left;
  }
}
