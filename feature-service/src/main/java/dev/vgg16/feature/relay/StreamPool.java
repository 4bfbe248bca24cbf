package dev.vgg16.feature.relay;

import com.google.common.base.Ticker;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The streams to one replica. A further one is opened when all are busy, up to a limit, so that a
 * slow request delays few others. Each is replaced at a maximum age: several replicas may share an
 * address, and get their share of new streams. Thread-safe.
 */
final class StreamPool {

  private final Channel channel;
  private final int limit;
  private final Duration maxAge;
  private final HeadStream.Listener listener;
  private final Ticker ticker;

  @GuardedBy("this")
  private final List<HeadStream> open = new ArrayList<>();

  /** Those that accept no more requests and end when all are answered. */
  @GuardedBy("this")
  private final Set<HeadStream> retiring = new HashSet<>();

  /** Both kinds; read without the lock when a replica is chosen. */
  private volatile List<HeadStream> all = List.of();

  /**
   * @param limit of the streams that requests share; those for a single request are not counted
   */
  StreamPool(
      Channel channel, int limit, Duration maxAge, HeadStream.Listener listener, Ticker ticker) {
    this.channel = channel;
    this.limit = limit;
    this.maxAge = maxAge;
    this.listener = listener;
    this.ticker = ticker;
  }

  /** Empty when it was sent; else why a stream ended before it could be. */
  Optional<Status> send(PendingScore pending) {
    while (true) {
      HeadStream stream = pending.isAlone() ? newForOne() : leastLoaded();
      if (stream.send(pending)) {
        if (pending.isAlone()) {
          stream.retire();
        }
        return Optional.empty();
      }
      forget(stream);
      if (!stream.isRetired()) {
        return stream.end();
      }
      // It was retired meanwhile: try another.
    }
  }

  int unansweredMaps() {
    int maps = 0;
    for (HeadStream stream : all) {
      maps += stream.unansweredMaps();
    }
    return maps;
  }

  /** Streams with unanswered requests that have received nothing for this long. */
  List<HeadStream> stalled(long now, Duration timeout) {
    return all.stream().filter(stream -> stream.isStalled(now, timeout)).toList();
  }

  /** Streams with an unanswered request that has been out of time for this long. */
  List<HeadStream> overdue(long now, Duration limit) {
    return all.stream().filter(stream -> stream.isOverdue(now, limit)).toList();
  }

  /** Unanswered requests that are out of time. */
  List<PendingScore> expired(long now) {
    return all.stream().flatMap(stream -> stream.expired(now).stream()).toList();
  }

  void retireOld(long now) {
    retire(stream -> now - stream.createdNanos() >= maxAge.toNanos());
  }

  void retireAll() {
    retire(stream -> true);
  }

  List<HeadStream> all() {
    return all;
  }

  synchronized void forget(HeadStream stream) {
    // It is in one of them.
    if (open.remove(stream) || retiring.remove(stream)) {
      updateAll();
    }
  }

  @GuardedBy("this")
  private void updateAll() {
    List<HeadStream> now = new ArrayList<>(open);
    now.addAll(retiring);
    all = List.copyOf(now);
  }

  private void retire(Predicate<HeadStream> which) {
    List<HeadStream> retired;
    synchronized (this) {
      retired = open.stream().filter(which).toList();
      open.removeAll(retired);
      retiring.addAll(retired);
    }
    retired.forEach(HeadStream::retire);
  }

  private synchronized HeadStream newForOne() {
    HeadStream stream = new HeadStream(channel, listener, ticker);
    retiring.add(stream);
    updateAll();
    return stream;
  }

  private synchronized HeadStream leastLoaded() {
    Optional<HeadStream> least =
        open.stream().min(Comparator.comparingInt(HeadStream::unansweredMaps));
    if (least.isPresent() && (least.get().unansweredMaps() == 0 || open.size() >= limit)) {
      return least.get();
    }
    HeadStream stream = new HeadStream(channel, listener, ticker);
    open.add(stream);
    updateAll();
    return stream;
  }
}
